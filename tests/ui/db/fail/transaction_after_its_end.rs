//! A transaction is used after its end.

use microcore::tools::db::{Database, DbError, Sqlite};

async fn later(db: Database<Sqlite>) -> Result<(), DbError> {
    let mut kept = None;
    db.transaction(async |tx| {
        kept = Some(tx);
        Ok::<_, DbError>(())
    })
    .await?;
    kept.unwrap().execute("DELETE FROM users", ()).await?;
    Ok(())
}

fn main() {}
