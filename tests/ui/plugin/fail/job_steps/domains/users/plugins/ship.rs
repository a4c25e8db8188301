//! Steps that can't be found again, and writes beside them.
use crate::prelude::*;

#[plugin]
pub struct Ship {
    db: Db,
    bus: Bus,
}

#[plugin]
impl Ship {
    #[job(OrderPlaced)]
    async fn ship(&self, job: &Job<OrderPlaced>) -> Result<()> {
        let name = "charge";
        job.step(name, async |id| Ok(id)).await?;
        job.step("Charge it", async |id| Ok(id)).await?;
        for number in 0..3 {
            job.step("page", async |id| Ok(id)).await?;
            job.step_at("sheet", number, async |id| Ok(id)).await?;
        }
        job.step("mail", async |id| Ok(id)).await?;
        job.step("mail", async |id| Ok(id)).await?;
        self.db.execute("DELETE FROM stock", ()).await?;
        self.note().await?;
        self.bus.publish(OrderPlaced { item: 1 }).await?;
        Ok(())
    }

    async fn note(&self) -> Result<()> {
        self.db.execute("INSERT INTO notes (text) VALUES ('shipped')", ()).await?;
        Ok(())
    }
}
