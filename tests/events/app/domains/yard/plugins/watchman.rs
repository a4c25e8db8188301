//! Hears what the bus says about deliveries, and stumbles where the test says so.
use crate::prelude::*;

#[plugin]
pub struct Watchman {
    log: Log,
}

#[plugin]
impl Watchman {
    #[on(DeliveryFailed)]
    async fn failed(&self, event: &DeliveryFailed) -> Result<()> {
        let context = microcore::context::current().expect("a delivery has a context");
        let cause = context.cause.map(|cause| cause.to_string()).unwrap_or_default();
        self.log.add("failure", &format!("{} {} {} {}", event.subscriber, event.attempts, event.id == cause, event.error));
        if event.error.contains("stumble") { Err(Error::internal("stumbled")) } else { Ok(()) }
    }

    #[on(SubscriberPaused)]
    async fn paused(&self, event: &SubscriberPaused) {
        self.log.add("paused", &format!("{} {}", event.subscriber, event.failures));
    }

    #[on(SubscriberResumed)]
    async fn resumed(&self, event: &SubscriberResumed) {
        self.log.add("resumed", &event.subscriber);
    }
}
