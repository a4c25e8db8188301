//! GET /system/traces/… tells what led to what, GET /system/events who hears which event and how every subscriber stands.
use crate::prelude::*;

#[plugin]
pub struct Traces {
    bus: Bus,
    http: Http,
}

#[plugin]
impl Traces {
    /// The latest requests and events, each with what it led to; with `id`, one of them.
    #[get("/system/traces/tree", tag = "System")]
    async fn tree(&self, id: Option<String>) -> Result<Vec<TraceNode>> {
        self.on_this_machine_only()?;
        Ok(self.bus.trace_tree(id.as_deref()))
    }

    /// The latest publishes and deliveries, the oldest first.
    #[get("/system/traces/flat", tag = "System")]
    async fn flat(&self) -> Result<Vec<TraceRecord>> {
        self.on_this_machine_only()?;
        Ok(self.bus.trace())
    }

    /// The same as they happen, as server-sent events.
    #[get("/system/traces/stream", tag = "System", media = "text/event-stream")]
    async fn stream(&self) -> Result<Streamed> {
        self.on_this_machine_only()?;
        let http = self.http.clone();
        Ok(self.bus.trace_stream(move || http.is_accepting()))
    }

    /// Every event with who publishes and who hears it, and of every subscriber its lag, and what is in flight, delayed
    /// and dead.
    #[get("/system/events", tag = "System")]
    async fn events(&self) -> Result<Vec<EventStatus>> {
        self.on_this_machine_only()?;
        Ok(self.bus.topology().await?)
    }

    /// A server that listens to everybody keeps its insides to itself: as with `/docs`, there is nothing here then.
    fn on_this_machine_only(&self) -> Result<()> {
        match self.http.local_address() {
            Some(address) if !address.ip().is_loopback() => Err(Error::not_found("path")),
            _ => Ok(()),
        }
    }
}
