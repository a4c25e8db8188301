//! No name, and one handler twice.
use crate::prelude::*;

#[plugin]
pub struct Third {
    logger: Logger,
}

#[plugin]
impl Third {
    #[every("5m", name = "Tidy Up")]
    async fn named(&self) {}

    #[every("5m")]
    #[cron("0 3 * * *")]
    async fn both(&self) {}
}
