//! Statements that the compiler can't judge, because only a server knows columns, functions and types.
use crate::prelude::*;

#[plugin]
pub struct LeftToTheServer {
    db: Db,
}

#[plugin]
impl LeftToTheServer {
    #[get("/server/column")]
    async fn column(&self) -> Result<String> {
        Ok(self.db.query_scalar("SELECT nmae FROM users", ()).await?)
    }

    #[get("/server/function")]
    async fn function(&self, name: String) -> Result<i64> {
        Ok(self.db.query_scalar("SELECT count(*) FROM users WHERE name = lwer($1)", (name,)).await?)
    }

    #[get("/server/unchecked")]
    async fn unchecked(&self) -> Result<Vec<String>> {
        Ok(self.db.query(sql_unchecked("SELECT name FROM strangers"), ()).await?)
    }

    /// Right once the values say their types, and the server is told nothing else.
    #[post("/server/values")]
    async fn values(&self, a: i64, b: i64) -> Result<i64> {
        Ok(self.db.query_scalar("SELECT $1 + $2", (a, b)).await?)
    }

    /// Right too; but the types differ, so nobody can tell before it runs.
    #[post("/server/several")]
    async fn several(&self, name: String, born: Date, balance: Decimal) -> Result<NoContent> {
        let sql = "INSERT INTO users (name, born, balance) SELECT v.* FROM (SELECT $1, $2, $3) AS v";
        self.db.execute(sql, (name, born, balance)).await?;
        Ok(NoContent)
    }
}
