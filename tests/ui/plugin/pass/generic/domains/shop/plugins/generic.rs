use crate::prelude::*;

pub trait Greets: Send + Sync + 'static {
    fn greet(&self);
}

impl Greets for Logger {
    fn greet(&self) {
        self.info("hello");
    }
}

pub struct Generic<L> {
    logger: L,
}

#[plugin]
impl<L: Greets> Generic<L> {
    pub fn new(logger: L) -> Self {
        Self { logger }
    }

    #[get("/greet")]
    async fn greet(&self) {
        self.logger.greet();
    }
}
