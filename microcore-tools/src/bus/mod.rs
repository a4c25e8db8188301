//! The tool `bus`: plugins meet here and nowhere else.
//!
//! `publish` → the transport → the application's `Dispatch`, which the wiring writes, → one delivery per subscriber.

#[cfg(feature = "sqlite")]
mod durable_sqlite;
mod error;
mod in_process;
mod outbox;
#[cfg(feature = "postgres")]
mod postgres;
mod publishing;
mod recorder;
#[cfg(feature = "redis")]
mod redis_streams;
mod relay;
mod scenario;
mod settings;
pub mod stored;
mod testing;
mod tool;
mod transport;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use microcore_runtime::error::{Error, Result};
use microcore_runtime::event::{
    Answered, DeadLetter, EventStatus, KeepsAll, PublishOptions, Published, SubscriberStatus, Subscribers, TraceNode,
    TraceRecord, topology, trace_stream, trace_tree,
};
use microcore_runtime::plugin::Identity;
use microcore_runtime::response::Streamed;

#[cfg(feature = "sqlite")]
pub use self::durable_sqlite::{DurableSqlite, DurableSqliteSettings, InSqlite, InSqliteSettings};
pub use self::error::BusError;
pub use self::in_process::InProcess;
#[cfg(feature = "postgres")]
pub use self::postgres::{InPostgres, InPostgresSettings};
pub use self::publishing::{Accepting, Asking, Publishable, Publishing};
#[cfg(feature = "redis")]
pub use self::redis_streams::{RedisStreams, RedisStreamsSettings};
pub use self::scenario::Scenario;
pub use self::settings::BusSettings;
pub use self::transport::{Link, Transport};

/// What the responder of the request `E` gives back.
pub type ReplyOf<A, E> = <E as Answered<A>>::Reply;

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
    /// Fails with [`BusError::Full`] where a subscriber does not keep up: then no subscriber that runs as a task gets the
    /// event. With [`BusError::Unavailable`] the transport is down, or did not answer in time, and nobody knows whether it
    /// has the event; the same holds where the future is dropped before it ends. Whoever publishes again then gives both
    /// the same [`PublishOptions::id`].
    #[inline]
    pub fn publish<E: Publishable<A, T>>(&self, event: E) -> Publishing<'_, A, T, E> {
        Publishing::new(self, event, None)
    }

    /// The same with a key, a delay, a ttl, a priority or headers. An option that the transport can't keep does not
    /// compile.
    pub fn publish_with<E: Publishable<A, T>, Asks>(
        &self,
        event: E,
        options: PublishOptions<Asks>,
    ) -> Publishing<'_, A, T, E>
    where
        T: KeepsAll<Asks>,
    {
        Publishing::new(self, event, Some(Arc::new(options.into_extras())))
    }

    /// Asks the one plugin that answers `E`; fails with [`BusError::Timeout`] after 5 seconds, or with the responder's own
    /// error.
    ///
    /// The responder runs in a task of its own, to its end: who asks may give up, or be dropped, and cuts nothing.
    pub fn request<E: Answered<A>>(&self, request: E) -> Asking<'_, ReplyOf<A, E>> {
        self.request_within(request, Duration::from_secs(5))
    }

    /// The same with a deadline.
    pub fn request_within<E: Answered<A>>(&self, request: E, deadline: Duration) -> Asking<'_, ReplyOf<A, E>> {
        Asking::new(async move {
            let request = Published::new(Arc::new(request), self.emitter, self.link.deliveries);
            if let Some(recorder) = &self.link.recorder {
                recorder.record(request.event());
                if let Some(answer) = recorder.answered(request.event()) {
                    return answer;
                }
            }
            let app = self.link.app.get().ok_or_else(|| match self.link.recorder {
                Some(_) => BusError::Unanswered { event: E::NAME },
                None => BusError::NotOnline,
            })?;
            let app = *app;
            let answer = self.link.deliveries.answer(E::NAME, async move { E::answer(app, &request).await });
            match tokio::time::timeout(deadline, answer).await {
                Ok(Ok(answer)) => answer,
                // A responder that panics is an answer too; this is the end of its runtime.
                Ok(Err(cut)) => {
                    Err(Error::unavailable("the process ends before the request is answered").with_source(cut))
                }
                Err(_) => Err(BusError::timeout(E::NAME, deadline).into()),
            }
        })
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

    /// Every event with who publishes it, who answers it, and how each of its subscribers stands.
    pub async fn topology(&self) -> Result<Vec<EventStatus>, BusError> {
        Ok(topology(self.link.manifest, self.status().await?))
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

    /// The trace as it grows, for a route to reply with: server-sent events, one per record, until `goes_on` says no. A
    /// stream that goes on would hold up the stop of its application.
    ///
    /// ```ignore
    /// let http = self.http.clone();
    /// self.bus.trace_stream(move || http.is_accepting())
    /// ```
    pub fn trace_stream(&self, goes_on: impl Fn() -> bool + Send + 'static) -> Streamed {
        trace_stream(self.link.deliveries, goes_on)
    }

    /// What led to what, out of [`EventBus::trace`]; with the id of a request or an event, what that led to.
    pub fn trace_tree(&self, id: Option<&str>) -> Vec<TraceNode> {
        trace_tree(&self.trace(), id)
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
