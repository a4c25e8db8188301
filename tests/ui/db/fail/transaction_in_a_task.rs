//! A transaction is moved into a task that may outlive it.

use microcore::tools::db::{Database, DbError, Sqlite, Transaction};

/// What spawning a task asks for.
fn spawn(_: impl Future<Output = ()> + Send + 'static) {}

async fn delete(tx: &mut Transaction<Sqlite>) {
    let _ = tx.execute("DELETE FROM users", ()).await;
}

async fn aside(db: Database<Sqlite>) -> Result<(), DbError> {
    db.transaction(async |tx| {
        spawn(delete(tx));
        Ok::<_, DbError>(())
    })
    .await
}

fn main() {}
