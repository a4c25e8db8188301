//! Weighs freight, and lifts it for as long as the test holds the rope.
use crate::prelude::*;

#[plugin]
pub struct Crane {
    log: Log,
}

#[plugin]
impl Crane {
    #[on(Freight)]
    async fn weigh(&self, event: &Freight) {
        self.log.add("weighed", &event.name);
    }

    #[on(Freight)]
    async fn lift(&self, event: &Freight) {
        let attempt = microcore::context::current().map_or(0, |context| context.attempt);
        self.log.add("hooked", &format!("{} {attempt}", event.name));
        self.log.is_let_go().await;
        self.log.add("lifted", &event.name);
    }
}
