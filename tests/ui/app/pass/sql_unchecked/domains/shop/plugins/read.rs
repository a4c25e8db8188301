use crate::prelude::*;

#[plugin]
pub struct Read {
    db: Db,
}

#[plugin]
impl Read {
    #[get("/users")]
    async fn read(&self) -> Result<Vec<(i64, String)>> {
        let first: Vec<(i64, String)> = self.db.query("SELECT nothing FROM nowhere", ()).await?;
        Ok(first)
    }
}
