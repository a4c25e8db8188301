//! The second of it.
use crate::prelude::*;

#[plugin]
pub struct Second {
    logger: Logger,
}

#[plugin]
impl Second {
    #[every("5m", name = "tidy")]
    async fn tidy(&self) {}

    #[every("5m", name = "shop.first")]
    async fn ok(&self) {}
}
