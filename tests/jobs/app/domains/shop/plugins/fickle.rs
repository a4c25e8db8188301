//! Is off in a process whose settings say so.
use super::probe::StageSettings;
use crate::prelude::*;
use crate::record;

#[plugin]
pub struct Fickle {
    db: Db,
    config: Config<StageSettings>,
}

#[plugin]
impl Fickle {
    async fn on_boot(&self) -> Result<()> {
        if self.config.fickle { Ok(()) } else { Err(Error::internal("it is off here")) }
    }

    #[every("1m", name = "fickle.tick")]
    async fn tick(&self, tick: &Tick) -> Result<()> {
        record(&self.db, "fickle.tick", tick).await
    }
}
