use crate::prelude::*;

#[plugin]
pub struct Fields(Db);

#[plugin]
impl Fields {
    #[get("/fields")]
    async fn show(&self) -> Result<i64> {
        Ok(self.0.query_scalar("SELECT 1", ()).await?)
    }
}
