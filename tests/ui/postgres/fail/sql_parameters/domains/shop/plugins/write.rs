use crate::prelude::*;

#[plugin]
pub struct Write {
    db: Db,
}

#[plugin]
impl Write {
    #[put("/users/{id}")]
    async fn rename(&self, id: i64) -> Result<NoContent> {
        self.db.execute("UPDATE users SET name = $2::text WHERE id = $1", (id,)).await?;
        Ok(NoContent)
    }
}
