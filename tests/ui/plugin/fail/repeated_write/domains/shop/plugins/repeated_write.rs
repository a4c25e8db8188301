use crate::prelude::*;

#[plugin]
pub struct Feature {
    db: Db,
    bus: Bus,
}

#[plugin]
impl Feature {
    #[on(UserCreated, retries = 3)]
    async fn writes(&self, event: &UserCreated) -> Result<()> {
        self.store(event.id).await
    }

    #[on(UserCreated, retries = 3, idempotent)]
    async fn says_so(&self, event: &UserCreated) -> Result<()> {
        self.store(event.id).await
    }

    #[on(UserCreated, retries = 3)]
    async fn asks(&self, event: &UserCreated) -> Result<()> {
        self.db
            .transaction(async |tx| {
                if self.bus.first_time(tx).await? {
                    tx.execute("INSERT INTO seen (id) VALUES ($1)", (event.id,)).await?;
                }
                Ok(())
            })
            .await
    }

    async fn store(&self, id: i64) -> Result<()> {
        self.db.execute("INSERT INTO seen (id) VALUES ($1)", (id,)).await?;
        Ok(())
    }
}
