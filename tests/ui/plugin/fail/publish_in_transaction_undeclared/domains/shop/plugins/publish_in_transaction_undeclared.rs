use crate::prelude::*;

pub struct Undeclared {
    pub id: i64,
}

#[plugin]
pub struct Feature {
    db: Db,
}

#[plugin]
impl Feature {
    #[post("/publish")]
    async fn publish(&self) -> Result<()> {
        self.db.transaction(async |tx| tx.publish(Undeclared { id: 1 }).await).await?;
        Ok(())
    }
}
