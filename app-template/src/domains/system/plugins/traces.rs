//! GET /system/traces tells what led to what, GET /system/events how every subscriber stands.
use crate::prelude::*;

#[plugin]
pub struct Traces {
    bus: Bus,
}

#[plugin]
impl Traces {
    /// The latest requests and events, each with what it led to; with `id`, one of them.
    #[get("/system/traces/tree", tag = "System")]
    async fn tree(&self, id: Option<String>) -> Vec<TraceNode> {
        self.bus.trace_tree(id.as_deref())
    }

    /// The latest publishes and deliveries, the oldest first.
    #[get("/system/traces/flat", tag = "System")]
    async fn flat(&self) -> Vec<TraceRecord> {
        self.bus.trace()
    }

    /// Every subscriber with its lag, and what is in flight, delayed and dead.
    #[get("/system/events", tag = "System")]
    async fn events(&self) -> Result<Vec<SubscriberStatus>> {
        Ok(self.bus.status().await?)
    }
}
