//! Turns an order into a step, and a step into the next one.
use crate::prelude::*;

#[plugin]
pub struct Foreman {
    bus: Bus,
    log: Log,
}

#[plugin]
impl Foreman {
    #[on(Order)]
    async fn begin(&self, event: &Order) -> Result<()> {
        self.trace("order");
        Ok(self.bus.publish(Step { left: event.steps }).await?)
    }

    #[on(Step, allow_ring)]
    async fn go_on(&self, event: &Step) -> Result<()> {
        self.trace("step");
        match event.left.checked_sub(1) {
            Some(left) => Ok(self.bus.publish(Step { left }).await?),
            None => Ok(()),
        }
    }

    fn trace(&self, what: &str) {
        let context = microcore::context::current().expect("a delivery has a context");
        self.log.add(&format!("parent of {what}"), &context.traceparent());
        let cause = context.cause.map(|cause| cause.to_string()).unwrap_or_default();
        self.log.add(what, &format!("{} {cause} {}", context.id, context.origin));
    }
}
