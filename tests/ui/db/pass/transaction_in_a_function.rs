//! A transaction is lent to a function, and to one that is nested.

use microcore::tools::db::{Database, DbError, Sqlite, Transaction};

async fn delete(tx: &mut Transaction<Sqlite>, id: i64) -> Result<u64, DbError> {
    tx.execute("DELETE FROM users WHERE id = $1", (id,)).await
}

async fn clear(db: Database<Sqlite>) -> Result<u64, DbError> {
    db.transaction(async |tx| {
        let first = delete(tx, 1).await?;
        Ok(first + tx.transaction(async |tx| delete(tx, 2).await).await?)
    })
    .await
}

fn main() {
    let _ = clear;
}
