//! Opens each hour; in the second attempt.
use crate::prelude::*;
use crate::record;

#[plugin]
pub struct Vault {
    db: Db,
}

#[plugin]
impl Vault {
    #[every("1h", name = "vault.open", retries = 1, backoff = "10ms")]
    async fn open(&self, tick: &Tick) -> Result<()> {
        record(&self.db, "vault.open", tick).await?;
        match microcore::context::current().map_or(0, |context| context.attempt) {
            1 => Err(Error::internal("it jams")),
            _ => Ok(()),
        }
    }
}
