use crate::prelude::*;

#[plugin]
pub struct Write {
    db: Db,
}

#[plugin]
impl Write {
    #[put("/users/{id}")]
    async fn write(&self, id: i64) -> Result<NoContent> {
        self.db.execute("UPDATE users SET name = $2 WHERE id = $1", (id,)).await?;
        self.db.execute("DELETE FROM users", (id,)).await?;
        self.db.execute("DELETE FROM users WHERE id = $1", ()).await?;
        self.db.execute("UPDATE users SET name = $3 WHERE id = $1", (id, "Ana", "Bo")).await?;
        self.db.execute("DELETE FROM users WHERE id = ?", (id,)).await?;
        self.db.execute_many("INSERT INTO users (name, email) VALUES ($1, $2)", [("Ana", "a@b.c", 1)]).await?;
        Ok(NoContent)
    }
}
