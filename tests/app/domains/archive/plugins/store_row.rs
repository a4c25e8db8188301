//! Stores a row, and says so.
use crate::prelude::*;

#[derive(Deserialize, Schema)]
pub struct NewRow {
    pub text: String,
}

#[plugin]
pub struct StoreRow {
    db: Db,
    bus: Bus,
}

#[plugin]
impl StoreRow {
    #[post("/rows", status = 201)]
    async fn execute(&self, body: NewRow) -> Result<i64> {
        let id: i64 = self.db.query_scalar("INSERT INTO stored (text) VALUES ($1) RETURNING id", (&body.text,)).await?;
        self.bus.publish(RowStored { id }).await?;
        Ok(id)
    }

    #[on(RowStored)]
    async fn hear(&self, event: &RowStored) -> Result<()> {
        self.db.execute("INSERT INTO heard (id) VALUES ($1)", (event.id,)).await?;
        Ok(())
    }

    /// How many are stored, and how many of those nobody heard of.
    #[get("/rows/counts")]
    async fn counts(&self) -> Result<(i64, i64)> {
        let stored = self.db.query_scalar("SELECT count(*) FROM stored", ()).await?;
        let unheard = "SELECT count(*) FROM stored WHERE id NOT IN (SELECT id FROM heard)";
        Ok((stored, self.db.query_scalar(unheard, ()).await?))
    }
}
