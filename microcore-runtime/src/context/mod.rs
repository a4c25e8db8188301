//! What is being handled right now, and what caused it: set by the server and the bus, read by the logger and the bus.
//!
//! Nobody can forge it: a handler has no way to set it.

mod id;

use std::future::Future;
use std::net::IpAddr;

pub use self::id::Id;

/// The request, event or job that the running code handles.
#[derive(Debug, Clone)]
pub struct Context {
    /// Its own id.
    pub id: Id,
    /// The id of what caused it: for an event, the request or event in whose handler it was published.
    pub cause: Option<Id>,
    /// The first of the chain: every log line and event that one request led to carries the request's id here.
    pub origin: Id,
    /// The event's name; `None` for a request.
    pub event: Option<&'static str>,
    /// Where the request came from, as far as the server knows; `None` for an event.
    pub client: Option<IpAddr>,
}

impl Context {
    /// A request is the origin of all that it causes.
    pub fn request(id: Id) -> Self {
        Self { origin: id.clone(), cause: None, event: None, client: None, id }
    }

    /// The same with the address of its client.
    #[must_use]
    pub fn from_client(self, client: IpAddr) -> Self {
        Self { client: Some(client), ..self }
    }

    /// An event is caused by whatever is being handled now, and is an origin where that is nothing.
    pub fn event(id: Id, name: &'static str) -> Self {
        match current() {
            Some(parent) => Self { id, cause: Some(parent.id), origin: parent.origin, event: Some(name), client: None },
            None => Self { origin: id.clone(), cause: None, id, event: Some(name), client: None },
        }
    }
}

#[cfg(feature = "causality")]
tokio::task_local! {
    static CURRENT: Context;
}

/// What is being handled by the running task, if anything.
#[cfg(feature = "causality")]
pub fn current() -> Option<Context> {
    CURRENT.try_with(Clone::clone).ok()
}

/// Without the feature nothing is carried along.
#[cfg(not(feature = "causality"))]
pub fn current() -> Option<Context> {
    None
}

/// Runs `work` as the handling of `context`.
#[cfg(feature = "causality")]
pub fn scope<F: Future>(context: Context, work: F) -> impl Future<Output = F::Output> {
    CURRENT.scope(context, work)
}

/// Without the feature nothing is carried along.
#[cfg(not(feature = "causality"))]
pub fn scope<F: Future>(_context: Context, work: F) -> impl Future<Output = F::Output> {
    work
}

/// Runs `work` as the handling of `context`, on this thread, now.
#[cfg(feature = "causality")]
pub fn scope_sync<T>(context: Context, work: impl FnOnce() -> T) -> T {
    CURRENT.sync_scope(context, work)
}

/// Without the feature nothing is carried along.
#[cfg(not(feature = "causality"))]
pub fn scope_sync<T>(_context: Context, work: impl FnOnce() -> T) -> T {
    work()
}
