//! Options that can not be kept.
use crate::prelude::*;

#[plugin]
pub struct Clock {
    logger: Logger,
}

#[plugin]
impl Clock {
    #[every("90")]
    async fn no_unit(&self) {}

    #[every("100ms")]
    async fn too_short(&self) {}

    #[every("400d")]
    async fn too_long(&self) {}

    #[every("soon")]
    async fn no_interval(&self) {}

    #[cron("0 3 * * *", late = "2 hours")]
    async fn no_duration(&self) {}

    #[cron("0 3 * * *")]
    async fn takes_more(&self, tick: &Tick, user: i64) {}

    #[cron("0 3 * * *")]
    async fn takes_other(&self, tick: Tick) {}

    #[cron("0 3 * * *", missed = "twice")]
    async fn other_word(&self) {}

    #[cron("0 3 * * *", evry = "5m")]
    async fn unknown(&self) {}

    #[cron("0 3 * * *", from = "end")]
    async fn from_on_cron(&self) {}

    #[every("5m", zone = "UTC")]
    async fn zone_on_every(&self) {}

    #[every("5m", from = "end", overlap = "wait")]
    async fn from_and_overlap(&self) {}

    #[every("5m", from = "start")]
    async fn from_start(&self) {}

    #[every("5m", broadcast, missed = "all", retries = 3)]
    async fn broadcast_and_more(&self) {}

    #[every("5m", backoff = "5s")]
    async fn backoff_alone(&self) {}

    #[cron]
    async fn nothing(&self) {}

    #[every(5)]
    async fn number(&self) {}

    #[every("5m", timeout = "10s")]
    fn plain(&self) {}
}
