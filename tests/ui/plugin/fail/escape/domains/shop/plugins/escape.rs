#![allow(unused, deprecated)]
use crate::prelude::*;

include!("greeting.txt");

#[plugin]
pub struct Feature {
    logger: Logger,
}

#[plugin]
impl Feature {
    #[get("/escape")]
    #[expect(warnings)]
    async fn show(&self) {
        self.logger.info(GREETING);
    }
}
