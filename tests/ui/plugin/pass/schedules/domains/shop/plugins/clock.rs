//! Schedules of each kind.
use crate::prelude::*;

#[plugin]
pub struct Clock {
    logger: Logger,
}

#[plugin]
impl Clock {
    #[cron("0 3 * * *")]
    async fn plain(&self) {}

    #[cron(
        "30 2 13 * FRI",
        zone = "Europe/Berlin",
        days = "both",
        missed = "all",
        late = "2h",
        overlap = "wait",
        jitter = "5m",
        retries = 3,
        backoff = "30s",
        timeout = "10m",
        name = "friday.the_13th"
    )]
    async fn all(&self, tick: &Tick) -> Result<()> {
        self.logger.info(format!("{} {} {:?} {}", tick.due, tick.missed, tick.previous, tick.manual));
        Ok(())
    }

    #[every("5m", from = "end")]
    async fn after_end(&self, at: &Tick) -> Result<()> {
        Ok(())
    }

    #[every("10s", broadcast)]
    fn everywhere(&self) {}

    #[every("7d", timeout = "0s")]
    async fn weekly(&self) {}
}
