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

#[cfg(test)]
mod tests {
    use super::*;

    #[microcore::test]
    async fn what_a_transaction_publishes_counts_from_its_commit_on(db: Db, bus: Bus) {
        let ids = || bus.published::<RowStored>().iter().map(|event| event.id).collect::<Vec<_>>();
        let undone: Result<()> = db.transaction(async |tx| {
            tx.publish(RowStored { id: 1 }).await?;
            Err(Error::conflict("not today"))
        }).await;
        assert_eq!((undone.unwrap_err().status(), ids()), (409, vec![]));

        db.transaction(async |tx| {
            tx.publish(RowStored { id: 2 }).await?;
            let nested: Result<()> = tx.transaction(async |tx| {
                bus.publish_in(tx, RowStored { id: 3 }, PublishOptions::new()).await?;
                Err(Error::conflict("not this part"))
            }).await;
            assert!(nested.is_err());
            tx.transaction(async |tx| {
                bus.publish_in(tx, RowStored { id: 4 }, PublishOptions::new()).await
            }).await?;
            assert_eq!(ids(), [0; 0], "it is open still");
            Ok::<_, Error>(())
        }).await.unwrap();
        assert_eq!(ids(), [2, 4]);

        // A nested transaction that was committed is undone with the one around it.
        let undone: Result<()> = db.transaction(async |tx| {
            tx.transaction(async |tx| tx.publish(RowStored { id: 5 }).await).await?;
            Err(Error::conflict("not today"))
        }).await;
        assert!(undone.is_err());
        assert_eq!(ids(), [2, 4]);
    }
}
