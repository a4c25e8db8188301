use crate::prelude::*;
use microcore::tools::db::{Sqlite, Transaction};

#[derive(Serialize, Schema, Row)]
pub struct User {
    pub id: i64,
    pub name: String,
}

pub struct Users {
    pub db: Db,
}

#[queries]
impl Users {
    const BY_ID: &str = "SELECT id, name FROM users WHERE id = $1";

    pub async fn by_id(&self, id: i64) -> Result<Option<User>> {
        Ok(self.db.query_one(Self::BY_ID, (id,)).await?)
    }
}

#[queries]
pub async fn add(db: &Db, name: &str) -> Result<u64> {
    Ok(db.execute("INSERT INTO users (name) VALUES ($1)", (name,)).await?)
}

#[queries]
pub async fn in_transaction(tx: &mut Transaction<Sqlite>, id: i64) -> Result<u64> {
    Ok(tx.execute("DELETE FROM users WHERE id = $1", (id,)).await?)
}

pub async fn not_sql(names: &[&str]) -> usize {
    names.iter().filter(|name| name.starts_with("SELECT")).count()
}

pub struct Other;

impl Other {
    pub async fn unseen(db: &Db) -> Result<i64> {
        let db = db.clone();
        Ok(db.query_scalar("SELECT count(*) FROM users", ()).await?)
    }
}
