//! The tool `bus`: plugins meet here and nowhere else.
//!
//! `publish` → the transport → the application's `Dispatch`, which the wiring writes, → one delivery per subscriber.

#[cfg(feature = "sqlite")]
mod durable_sqlite;
mod error;
mod in_process;
mod outbox;
mod recorder;
#[cfg(feature = "redis")]
mod redis_streams;
mod scenario;
mod settings;
pub mod stored;
mod tool;
mod transport;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use microcore_runtime::error::Result;
use microcore_runtime::event::{
    Answers, DeadLetter, Dispatch, Event, Extras, KeepsAll, PublishOptions, Published, Request, SubscriberStatus,
    Subscribers, TraceNode, TraceRecord, trace_tree,
};
use microcore_runtime::plugin::Identity;

#[cfg(feature = "sqlite")]
pub use self::durable_sqlite::{DurableSqlite, DurableSqliteSettings};
pub use self::error::BusError;
pub use self::in_process::InProcess;
#[cfg(feature = "redis")]
pub use self::redis_streams::{RedisStreams, RedisStreamsSettings};
pub use self::scenario::Scenario;
pub use self::settings::BusSettings;
pub use self::transport::{Link, Transport};

/// The bus of the application `A` on a transport.
///
/// ```ignore
/// self.bus.publish(UserCreated { id, email }).await?;
/// ```
pub struct EventBus<A: 'static, T: Transport = InProcess> {
    link: Arc<Link<A, T>>,
    emitter: Option<&'static Identity>,
}

/// Events, from one plugin to all that subscribe.
#[microcore_macros::methods]
impl<A: Subscribers, T: Transport> EventBus<A, T> {
    /// Hands an event to every subscriber. When it returns, the transport has accepted the event and the inline
    /// subscribers have run; the others are on their way.
    ///
    /// Fails with [`BusError::Full`] where a subscriber does not keep up, with [`BusError::Unavailable`] where the
    /// transport is down. Then no subscriber that runs as a task gets the event.
    pub async fn publish<E: Event>(&self, event: E) -> Result<(), BusError>
    where
        A: Dispatch<E>,
    {
        self.send(event, None).await
    }

    /// The same with a key, a delay, a ttl, a priority or headers. An option that the transport can't keep does not
    /// compile.
    pub async fn publish_with<E: Event, Asks>(&self, event: E, options: PublishOptions<Asks>) -> Result<(), BusError>
    where
        A: Dispatch<E>,
        T: KeepsAll<Asks>,
    {
        self.send(event, Some(options.into_extras())).await
    }

    async fn send<E: Event>(&self, event: E, extras: Option<Extras>) -> Result<(), BusError>
    where
        A: Dispatch<E>,
    {
        let mut published = Published::new(Arc::new(event), self.emitter, self.link.deliveries.clone());
        if let Some(extras) = extras {
            published = published.with(extras);
        }
        if let Some(recorder) = &self.link.recorder {
            recorder.record(published.event());
        }
        match self.link.app.get() {
            Some(app) => {
                published.traced(E::NAME);
                T::accept(&self.link, app, &published).await
            }
            // A test that asked for a bus alone has no subscribers.
            None if self.link.recorder.is_some() => Ok(()),
            None => Err(BusError::NotOnline),
        }
    }

    /// Asks the one plugin that answers `E`; fails with `Timeout` after 5 seconds, or with the responder's own error.
    pub async fn request<E: Request>(&self, request: E) -> Result<E::Reply>
    where
        A: Answers<E>,
    {
        self.request_within(request, Duration::from_secs(5)).await
    }

    /// `request` with a deadline of one's own.
    pub async fn request_within<E: Request>(&self, request: E, deadline: Duration) -> Result<E::Reply>
    where
        A: Answers<E>,
    {
        let request = Published::new(Arc::new(request), self.emitter, self.link.deliveries.clone());
        if let Some(recorder) = &self.link.recorder {
            recorder.record(request.event());
        }
        let app = self.link.app.get().ok_or(BusError::NotOnline)?;
        match tokio::time::timeout(deadline, app.answer(&request)).await {
            Ok(answer) => answer,
            Err(_) => Err(BusError::Timeout { event: E::NAME, deadline }.into()),
        }
    }

    /// Waits until every delivery is done: delayed and repeated ones, and those that others cause, included.
    pub async fn settled(&self) {
        T::settled(&self.link).await;
    }

    /// How many deliveries are under way.
    pub fn in_flight(&self) -> usize {
        self.link.deliveries.len()
    }

    /// How every subscriber stands: what it lags behind, what is in flight, delayed and dead, whether it is paused.
    pub async fn status(&self) -> Result<Vec<SubscriberStatus>, BusError> {
        T::status(&self.link).await
    }

    /// Deliveries that failed for good, up to `limit`, the oldest first.
    pub async fn dead_letters(&self, limit: usize) -> Result<Vec<DeadLetter>, BusError> {
        T::dead_letters(&self.link, limit).await
    }

    /// Delivers a dead letter again, with all its attempts; `false` where there is none of this number.
    pub async fn replay(&self, dead_letter: u64) -> Result<bool, BusError> {
        T::replay(&self.link, dead_letter).await
    }

    /// Forgets a dead letter; `false` where there is none of this number.
    pub async fn discard(&self, dead_letter: u64) -> Result<bool, BusError> {
        T::discard(&self.link, dead_letter).await
    }

    /// The latest publishes and deliveries, the oldest first.
    pub fn trace(&self) -> Vec<TraceRecord> {
        self.link.deliveries.trace().records()
    }

    /// What led to what, out of [`EventBus::trace`]; with the id of a request or an event, what that led to.
    pub fn trace_tree(&self, id: Option<&str>) -> Vec<TraceNode> {
        trace_tree(&self.trace(), id)
    }

    /// In tests: the events of type `E` published so far, oldest first.
    ///
    /// # Panics
    ///
    /// Outside of tests, where nothing is kept.
    pub fn published<E: Event>(&self) -> Vec<Arc<E>> {
        let recorder = self.link.recorder.as_ref();
        recorder.expect("`published` is for tests: only the bus of a `#[microcore::test]` keeps events").of::<E>()
    }
}

impl<A, T: Transport> Clone for EventBus<A, T> {
    fn clone(&self) -> Self {
        Self { link: Arc::clone(&self.link), emitter: self.emitter }
    }
}

impl<A, T: Transport> fmt::Debug for EventBus<A, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("EventBus");
        debug
            .field("emitter", &self.emitter.map(|plugin| plugin.name))
            .field("in_flight", &self.link.deliveries.len())
            .finish()
    }
}
