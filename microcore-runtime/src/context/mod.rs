//! What is being handled right now, and what caused it: set by the server and the bus, read by the logger and the bus.
//!
//! Nobody can forge it: a handler has no way to set it.

mod client;
mod id;
#[cfg(feature = "causality")]
mod scope;

use std::future::Future;
use std::net::IpAddr;

pub(crate) use self::client::network_of;
pub use self::id::Id;
pub(crate) use self::id::{ID_WORDS, IdShape};

/// The request, event or job that the running code handles.
#[derive(Debug, Clone)]
#[non_exhaustive]
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
    /// Which subscriber the event is delivered to; `None` for a request, and for inline subscribers.
    pub subscriber: Option<&'static str>,
    /// Which attempt of a delivery this is, counted from 1; 0 where nothing is delivered.
    pub attempt: u32,
}

impl Context {
    /// A request is the origin of all that it causes.
    pub fn request(id: Id) -> Self {
        Self { origin: id.clone(), cause: None, event: None, client: None, subscriber: None, attempt: 0, id }
    }

    /// The same with the address of its client.
    #[must_use]
    pub fn from_client(self, client: IpAddr) -> Self {
        Self { client: Some(client), ..self }
    }

    /// What to count a client by: its address, or of IPv6 its /64, because a home has that many addresses. `None` where
    /// `client` is.
    pub fn client_network(&self) -> Option<IpAddr> {
        self.client.map(network_of)
    }

    /// An event is caused by whatever is being handled now, and is an origin where that is nothing.
    pub fn event(id: Id, name: &'static str) -> Self {
        let (cause, origin) = look(|parent| match parent {
            Some(parent) => (Some(parent.id.clone()), parent.origin.clone()),
            None => (None, id.clone()),
        });
        Self { id, cause, origin, event: Some(name), client: None, subscriber: None, attempt: 0 }
    }

    /// The same while attempt number `attempt` of its delivery to a subscriber runs.
    #[must_use]
    pub fn delivered_to(self, subscriber: &'static str, attempt: u32) -> Self {
        Self { subscriber: Some(subscriber), attempt, ..self }
    }
}

/// What is being handled by the running task, if anything.
#[expect(clippy::redundant_closure_for_method_calls, reason = "the method itself is of one lifetime only")]
pub fn current() -> Option<Context> {
    look(|handled| handled.cloned())
}

/// The same, to look at without a copy. Without the feature nothing is carried along.
fn look<T>(look: impl FnOnce(Option<&Context>) -> T) -> T {
    #[cfg(feature = "causality")]
    return scope::look(look);
    #[cfg(not(feature = "causality"))]
    look(None)
}

/// The id of what is being handled by the running task, if anything.
pub(crate) fn current_id() -> Option<Id> {
    look(|handled| handled.map(|context| context.id.clone()))
}

/// Runs `work` as the handling of `context`.
#[cfg(feature = "causality")]
pub fn scope<F: Future>(context: Context, work: F) -> impl Future<Output = F::Output> {
    scope::Scoped::new(context, work)
}

/// Without the feature nothing is carried along.
#[cfg(not(feature = "causality"))]
pub fn scope<F: Future>(_context: Context, work: F) -> impl Future<Output = F::Output> {
    work
}

/// Starts a task that goes on with what is being handled here: what it logs and publishes has the same cause.
pub fn spawn<F>(work: F) -> tokio::task::JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    match current() {
        Some(context) => tokio::spawn(scope(context, work)),
        None => tokio::spawn(work),
    }
}

/// Runs `work` as the handling of `context`, on this thread, now.
#[cfg(feature = "causality")]
pub fn scope_sync<T>(context: &Context, work: impl FnOnce() -> T) -> T {
    scope::within(context, work)
}

/// Without the feature nothing is carried along.
#[cfg(not(feature = "causality"))]
pub fn scope_sync<T>(_context: &Context, work: impl FnOnce() -> T) -> T {
    work()
}

/// The same with a context that is made where it is carried along.
#[inline]
pub(crate) fn scope_with<T>(context: impl FnOnce() -> Context, work: impl FnOnce() -> T) -> T {
    #[cfg(feature = "causality")]
    return scope::within(&context(), work);
    #[cfg(not(feature = "causality"))]
    {
        drop(context);
        work()
    }
}
