//! What is being handled right now, and what caused it: set by the server and the bus, read by the logger and the bus.
//!
//! Nobody can forge it: a handler has no way to set it.

mod client;
mod id;
#[cfg(feature = "causality")]
mod scope;
mod trace;
mod traceparent;

use std::future::Future;
use std::net::IpAddr;
use std::sync::Arc;

pub use microcore_core::{Handled, handled};

pub(crate) use self::client::network_of;
pub use self::id::Id;
pub(crate) use self::id::{ID_WORDS, IdShape};
#[cfg(feature = "otlp")]
pub(crate) use self::trace::span_beside;
pub(crate) use self::traceparent::{Caller, TRACEPARENT};
pub use self::traceparent::{traceparent, tracestate};

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
    /// The schedule whose run it is; `None` where it is none.
    pub schedule: Option<&'static str>,
    /// The job that is worked on, by its event's name and its id; `None` where it is none.
    pub job: Option<(&'static str, i64)>,
    /// Where the request came from, as far as the server knows; `None` for an event.
    pub client: Option<IpAddr>,
    /// Which subscriber the event is delivered to; `None` for a request, and for inline subscribers.
    pub subscriber: Option<&'static str>,
    /// Which attempt of a delivery this is, counted from 1; 0 where nothing is delivered.
    pub attempt: u32,
    /// Whether whoever began the trace records it; `None` where it began here.
    pub sampled: Option<bool>,
    /// What the caller said in `tracestate`.
    pub(crate) state: Option<Arc<str>>,
    /// Whether what is done in it is kept aside until the end of a request: of the request itself, while it is answered.
    pub(crate) kept_aside: bool,
}

impl Context {
    /// A request is the origin of all that it causes.
    pub fn request(id: Id) -> Self {
        Self {
            origin: id.clone(),
            cause: None,
            event: None,
            schedule: None,
            job: None,
            client: None,
            subscriber: None,
            attempt: 0,
            sampled: None,
            state: None,
            kept_aside: false,
            id,
        }
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
        let (cause, origin, sampled, state) = look(|parent| match parent {
            Some(parent) => (Some(parent.id.clone()), parent.origin.clone(), parent.sampled, parent.state.clone()),
            None => (None, id.clone(), None, None),
        });
        Self {
            id,
            cause,
            origin,
            event: Some(name),
            schedule: None,
            job: None,
            client: None,
            subscriber: None,
            attempt: 0,
            sampled,
            state,
            kept_aside: false,
        }
    }

    /// A run is the origin of all that it causes.
    pub fn run(id: Id, schedule: &'static str, attempt: u32) -> Self {
        Self { schedule: Some(schedule), attempt, ..Self::request(id) }
    }

    /// An attempt of a job is the origin of all that it causes; its own cause is what it was enqueued in.
    pub fn job(id: Id, cause: Option<Id>, name: &'static str, number: i64, attempt: u32) -> Self {
        Self { job: Some((name, number)), cause, attempt, ..Self::request(id) }
    }

    /// The subscriber, schedule or job that it is handled by.
    pub(crate) fn by(&self) -> Option<&'static str> {
        self.subscriber.or(self.schedule).or(self.job.map(|(name, _)| name))
    }

    /// The same while the request is answered: what is recorded of it is decided at its end.
    #[must_use]
    pub(crate) fn kept_aside(self) -> Self {
        Self { kept_aside: true, ..self }
    }

    /// The same while attempt number `attempt` of its delivery to a subscriber runs.
    #[must_use]
    pub fn delivered_to(self, subscriber: &'static str, attempt: u32) -> Self {
        Self { subscriber: Some(subscriber), attempt, ..self }
    }
}

/// What is being handled by the running task, if anything.
///
/// ```
/// use microcore_runtime::context::{self, Context};
///
/// /// What a partner is told to quote: the request that everything here began with.
/// fn reference() -> Option<String> {
///     context::current().map(|Context { origin, .. }| origin.to_string())
/// }
/// assert_eq!(reference(), None, "nothing is handled here");
/// ```
pub fn current() -> Option<Context> {
    // A copy may outlive the answer.
    look(|handled| handled.map(|context| Context { kept_aside: false, ..context.clone() }))
}

/// Lets tools that know no runtime ask as well, through [`handled`].
pub(crate) fn answer_tools() {
    handled::asked_of(|| {
        look(|handled| {
            let context = handled?;
            let (id, origin) = (context.id.to_string(), context.origin.to_string());
            Some(Handled::new(id, origin, context.event, context.attempt).traced(context.traceparent()))
        })
    });
}

/// The same, to look at without a copy. Without the feature nothing is carried along.
pub(crate) fn look<T>(look: impl FnOnce(Option<&Context>) -> T) -> T {
    #[cfg(feature = "causality")]
    return scope::look(look);
    #[cfg(not(feature = "causality"))]
    look(None)
}

/// The trace that the running task belongs to, as two words, if to any.
#[cfg(feature = "observe")]
pub(crate) fn current_trace() -> Option<[u64; 2]> {
    look(|handled| handled.map(|context| context.origin.trace()))
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
///
/// ```
/// use microcore_runtime::context;
///
/// # async fn handler() {
/// // Goes on when the client has left; its lines in the log have the id of the request.
/// let report = context::spawn(async { "twelve pages" });
/// # assert_eq!(report.await.unwrap(), "twelve pages");
/// # }
/// ```
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
