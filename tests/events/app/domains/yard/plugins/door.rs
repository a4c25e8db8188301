//! Lets somebody outside begin an order and a job, as part of a trace of theirs.
use crate::prelude::*;

#[plugin]
pub struct Door {
    bus: Bus,
    log: Log,
}

#[plugin]
impl Door {
    #[post("/calls", status = 202)]
    async fn call(&self) -> Result<()> {
        self.log.add("parent of call", &microcore::context::traceparent().unwrap_or_default());
        self.bus.publish(Order { steps: 1 }).await?;
        Ok(self.bus.publish(Task { name: "called".to_owned(), fails: 1, takes: 0 }).await?)
    }
}
