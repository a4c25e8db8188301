use crate::domains::shop::models::{Other, User, Users, add, in_transaction, not_sql};
use crate::prelude::*;

#[plugin]
pub struct Read {
    db: Db,
}

#[plugin]
impl Read {
    #[get("/users/{id}")]
    async fn execute(&self, id: i64) -> Result<Vec<User>> {
        let Self { db, .. } = self;
        let users: Vec<User> = db.query("SELECT name, id FROM users WHERE id = $1", (id,)).await?;
        let model = Users { db: db.clone() };
        let _ = (model.by_id(id).await?, add(db, "x").await?, self.remaining().await?, newest(db).await?);
        let _ = (not_sql(&[]).await, Other::unseen(db).await?, unseen(db).await?);
        db.transaction(async |tx| in_transaction(tx, id).await).await?;
        Ok(users)
    }
}

#[queries]
impl Read {
    async fn remaining(&self) -> Result<i64> {
        Ok(self.db.query_scalar("SELECT count(*) FROM users", ()).await?)
    }
}

#[queries]
async fn newest(db: &Db) -> Result<Option<User>> {
    Ok(db.query_one("SELECT id, name FROM users ORDER BY id DESC", ()).await?)
}

/// A transaction of somebody else's.
pub struct Transaction;

impl Transaction {
    async fn execute(&self, _text: &str) {}
}

async fn _other(tx: &Transaction) {
    tx.execute("not SQL at all").await;
}

async fn unseen(db: &Db) -> Result<i64> {
    Ok(db.query_scalar("SELECT count(*) FROM users", ()).await?)
}
