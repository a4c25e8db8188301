//! Packs what is ordered.
use crate::prelude::*;

#[plugin]
pub struct Pack {
    db: Db,
}

#[plugin]
impl Pack {
    #[on(OrderPlaced)]
    async fn pack(&self, order: &OrderPlaced) -> Result<()> {
        self.db.execute("UPDATE orders SET item = item || '!' WHERE id = $1", (order.id,)).await?;
        Ok(())
    }
}
