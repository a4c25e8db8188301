//! Four schedules that tick each second, of which each tick is run.
use crate::prelude::*;
use crate::record;

#[plugin]
pub struct Steady {
    db: Db,
}

#[plugin]
impl Steady {
    #[every("1s", missed = "all", overlap = "allow", name = "steady.a")]
    async fn a(&self, tick: &Tick) -> Result<()> {
        record(&self.db, "steady.a", tick).await
    }

    #[every("1s", missed = "all", overlap = "wait", name = "steady.b")]
    async fn b(&self, tick: &Tick) -> Result<()> {
        record(&self.db, "steady.b", tick).await
    }

    #[every("1s", missed = "all", overlap = "allow", jitter = "500ms", name = "steady.c")]
    async fn c(&self, tick: &Tick) -> Result<()> {
        record(&self.db, "steady.c", tick).await
    }

    #[cron("* * * * *", missed = "all", overlap = "allow", name = "steady.d")]
    async fn d(&self, tick: &Tick) -> Result<()> {
        record(&self.db, "steady.d", tick).await
    }
}
