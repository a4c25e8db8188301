//! Expressions that say nothing.
use crate::prelude::*;

#[plugin]
pub struct Clock {
    logger: Logger,
}

#[plugin]
impl Clock {
    #[cron("60 3 * * 1-5")]
    async fn minute(&self) {}

    #[cron("0 22-4 * * *")]
    async fn backwards(&self) {}

    #[cron("0 3 * * 8")]
    async fn weekday(&self) {}

    #[cron("0 3 ? * *")]
    async fn quartz(&self) {}

    #[cron("0 0 3 * * *")]
    async fn seconds(&self) {}

    #[cron("@every 5m")]
    async fn nickname(&self) {}

    #[cron("")]
    async fn nothing(&self) {}

    #[cron("0 0 30 2 *")]
    async fn never(&self) {}

    #[cron("0 3 * * *", zone = "Europe/Berln")]
    async fn nowhere(&self) {}

    #[cron("*/45 * * * *")]
    async fn uneven(&self) {}

    #[cron("0 9 13 * 5")]
    async fn either_or_both(&self) {}

    #[cron("0 9 13 * *", days = "both")]
    async fn no_choice(&self) {}

    #[cron("0 9 13 * 5", days = "all")]
    async fn other_word(&self) {}
}
