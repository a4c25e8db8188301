//! The first of a name.
use crate::prelude::*;

#[plugin]
pub struct First {
    logger: Logger,
}

#[plugin]
impl First {
    #[every("5m", name = "tidy")]
    async fn tidy(&self) {}
}
