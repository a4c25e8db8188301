use crate::prelude::*;

#[plugin]
pub struct Read {
    db: Db,
}

#[plugin]
impl Read {
    #[get("/near")]
    async fn near(&self) -> Result<String> {
        Ok(self.db.query_scalar("SELECT u.birtday FROM users u", ()).await?)
    }

    #[get("/far")]
    async fn far(&self) -> Result<i64> {
        Ok(self.db.query_scalar("SELECT price FROM users", ()).await?)
    }

    #[post("/inserted")]
    async fn inserted(&self) -> Result<NoContent> {
        self.db
            .transaction(async |tx| tx.execute("INSERT INTO users (nam, email) VALUES ($1, $2)", ("Ana", "a@b.c")).await)
            .await?;
        Ok(NoContent)
    }
}
