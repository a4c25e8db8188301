//! One published event on its way to its subscribers.

use std::borrow::Cow;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use futures_util::FutureExt;
use tokio::time::Instant;

use super::delivery::{Delivery, bury};
use super::sent::{SentAt, asked_for};
use super::trace::{Ending, Named};
use super::{Deliveries, Event, Extras, Moment, Sent, Subscriber, Waiting};
use crate::context::{self, Context};
use crate::error::{Error, Result};
use crate::plugin::{Down, Identity};
use crate::server::panic_text;
use crate::{meter, record};

/// An event, shared by all its subscribers, and its envelope.
#[derive(Debug)]
pub struct Published<E> {
    event: Arc<E>,
    sent: Sent,
    deliveries: Deliveries,
    /// Where its inline subscribers are called: when the last call ended, and so the next begins. One look at the clock
    /// does for both. In ticks; 0 where none has begun.
    boundary: AtomicU64,
    /// Its names, as they stand in the records about it; 0 before the first.
    named: AtomicU64,
}

impl<E> Clone for Published<E> {
    fn clone(&self) -> Self {
        Self::made(Arc::clone(&self.event), self.sent.clone(), self.deliveries)
    }
}

impl<E> Published<E> {
    fn made(event: Arc<E>, sent: Sent, deliveries: Deliveries) -> Self {
        Self { event, sent, deliveries, boundary: AtomicU64::new(0), named: AtomicU64::new(0) }
    }
}

impl<E: Event> Published<E> {
    /// What the bus makes of an event: the context is that of the event, caused by whatever runs now.
    pub fn new(event: Arc<E>, emitter: Option<&'static Identity>, deliveries: Deliveries) -> Self {
        record::leads();
        let context = Context::event(context::Id::make(), E::NAME);
        let emitter = emitter.map(|plugin| Cow::Borrowed(plugin.name));
        Self::made(event, Sent { context, emitter, at: SentAt::Here(Moment::now()), extras: None }, deliveries)
    }

    /// The same with options.
    #[must_use]
    pub fn with(mut self, extras: Extras) -> Self {
        self.ask_for(Arc::new(extras));
        self
    }

    /// The same in place.
    pub fn ask_for(&mut self, extras: Arc<Extras>) {
        if let Some(id) = &extras.id {
            self.sent.context = Context::event(id.clone(), E::NAME);
        }
        self.sent.extras = asked_for(extras, Instant::now());
    }
}

/// What generated code calls asks nothing of the type that the wiring has not asked already: a subscriber of a type that
/// is no event is one error, the wiring's.
impl<E: Send + Sync + 'static> Published<E> {
    /// The event.
    pub fn event(&self) -> &Arc<E> {
        &self.event
    }

    /// Its id and its causes.
    pub fn context(&self) -> &Context {
        &self.sent.context
    }

    /// Everything but the fields.
    pub fn sent(&self) -> &Sent {
        &self.sent
    }

    /// Whether it was published with a delay.
    pub fn is_delayed(&self) -> bool {
        self.sent.due().is_some()
    }

    /// Notes in the trace that it was published.
    pub fn traced(&self, name: &'static str) {
        if cfg!(feature = "causality") {
            let named = self.deliveries.trace().published(&self.sent, name);
            self.named.store(named.word(), Ordering::Relaxed);
        }
    }

    /// Runs the inline subscribers, all as the handling of this event: one scope, for what is handled is the same.
    #[inline]
    pub fn here(&self, subscribers: impl FnOnce()) {
        if cfg!(feature = "causality") {
            if self.boundary.load(Ordering::Relaxed) == 0 {
                self.boundary.store(Moment::now().ticks(), Ordering::Relaxed);
            }
            context::scope_sync(&self.sent.context, subscribers);
            self.boundary.store(0, Ordering::Relaxed);
        } else {
            subscribers();
        }
    }
}

impl<E: serde::Serialize + Send + Sync + 'static> Published<E> {
    /// The same as [`Published::inline_when_due`] for a transport that waited for nothing since the event was published:
    /// the first call begins when the event was published, and the clock is not asked again.
    #[inline]
    pub fn inline_at_once(&self, inline: impl FnOnce(&Self) + Send + 'static) {
        if cfg!(feature = "causality")
            && let (SentAt::Here(at), None) = (self.sent.at, &self.sent.extras)
        {
            self.boundary.store(at.ticks(), Ordering::Relaxed);
        }
        self.inline_when_due(inline);
    }

    /// Runs the inline subscribers now, or, where the event is delayed, when it is due: then there is no publisher's task
    /// left to run them in.
    #[inline]
    pub fn inline_when_due(&self, inline: impl FnOnce(&Self) + Send + 'static) {
        match self.sent.due() {
            None => inline(self),
            Some(due) => self.later(due, inline),
        }
    }

    #[cold]
    fn later(&self, due: Instant, inline: impl FnOnce(&Self) + Send + 'static) {
        let published = self.clone();
        self.deliveries.spawn(async move {
            if published.deliveries.sleep_until(due).await {
                inline(&published);
                return;
            }
            let id = &published.sent.context.id;
            let waiting = Waiting::new(None, published.sent.envelope(), published.payload());
            if published.deliveries.leave(waiting).is_some() {
                tracing::error!(%id, "the process stopped before the event was due");
            }
        });
    }

    /// Runs a subscriber within [`Published::here`]. Its failure, and its panic, go no further.
    #[inline]
    pub fn inline(&self, subscriber: &'static Subscriber, handler: impl FnOnce(&E) -> Result<()>) {
        let ending = match catch_unwind(AssertUnwindSafe(|| handler(&self.event))) {
            Ok(Ok(())) => Ending::Delivered,
            Ok(Err(error)) => self.failed(subscriber, &error),
            Err(panic) => self.failed(subscriber, &Error::internal(record::panicked(panic_text(&*panic)))),
        };
        if cfg!(feature = "causality") {
            let (started, ended) = (Moment::of_ticks(self.boundary.load(Ordering::Relaxed)), Moment::now());
            self.boundary.store(ended.ticks(), Ordering::Relaxed);
            let named = Named::of_word(self.named.load(Ordering::Relaxed)).unwrap_or_else(|| self.names(subscriber));
            self.deliveries.trace().called(&self.sent, named, subscriber, [started, ended], ending);
        } else {
            // Nothing knows when it began, so it is counted and not timed.
            subscriber.meter.handling.ended(meter::delivery(ending));
        }
    }

    /// Of an event that was not published here.
    #[cold]
    fn names(&self, subscriber: &'static Subscriber) -> Named {
        let named = self.deliveries.trace().named(&self.sent, subscriber.event);
        self.named.store(named.word(), Ordering::Relaxed);
        named
    }

    #[cold]
    fn failed(&self, subscriber: &'static Subscriber, error: &Error) -> Ending {
        if let Some(notice) = bury(self.deliveries, subscriber, &self.sent, 1, error, self.payload()) {
            self.deliveries.tell_now(self.sent.context.clone(), notice);
        }
        Ending::Failed
    }

    /// Starts a delivery as a task of its own. Its place in the order is taken before this returns.
    pub fn deliver<F, Handling>(&self, subscriber: &'static Subscriber, handler: F)
    where
        F: Fn(Arc<E>) -> Handling + Send + Sync + 'static,
        Handling: Future<Output = Result<()>> + Send,
    {
        let delivery = Delivery { deliveries: self.deliveries, subscriber, sent: self.sent.clone() };
        let event = Arc::clone(&self.event);
        if self.deliveries.lane(subscriber).overflows() {
            let payload = self.payload();
            self.deliveries.spawn(async move {
                let full = Error::internal("the subscriber is paused, and its queue is full");
                delivery.bury(0, &full, payload).await;
            });
            return;
        }
        let place = delivery.place();
        self.deliveries.spawn(async move {
            let payload = || written(&*event);
            delivery.run(place, None, || handler(Arc::clone(&event)), payload).await;
        });
    }

    /// The subscriber's plugin is off: nothing is delivered. Said once per subscriber; the status counts the rest.
    pub fn missed(&self, subscriber: &'static Subscriber, down: &Down) {
        let lane = self.deliveries.lane(subscriber);
        lane.release();
        if lane.missed.fetch_add(1, Ordering::Relaxed) == 0 {
            tracing::warn!(%subscriber, event = subscriber.event, reason = %down.reason, "misses its events: it is off");
        }
    }

    /// The fields as JSON.
    pub fn payload(&self) -> String {
        written(&*self.event)
    }
}

/// What can't be written is an error that says so: a dead letter must not be lost for the sake of its payload.
fn written<E: serde::Serialize>(event: &E) -> String {
    serde_json::to_string(event).unwrap_or_else(|error| format!("not to be written as JSON: {error}"))
}

impl<E: Send + Sync + 'static> Published<E> {
    /// Asks a responder and waits for it.
    pub async fn answered<Reply>(
        &self,
        subscriber: &'static Subscriber,
        answer: impl AsyncAnswer<E, Reply>,
    ) -> Result<Reply> {
        let started = Moment::now();
        let answer = context::scope(self.sent.context.clone(), answer.call(Arc::clone(&self.event)));
        let answer = match AssertUnwindSafe(answer).catch_unwind().await {
            Ok(answer) => answer,
            Err(panic) => Err(Error::internal(format!("{subscriber} {}", record::panicked(panic_text(&*panic))))),
        };
        let ending = if answer.is_ok() { Ending::Delivered } else { Ending::Failed };
        self.deliveries.trace().delivered(&self.sent, subscriber, 1, started, ending);
        answer
    }
}

/// A function from an event to a future of a reply, whose future is `Send`.
pub trait AsyncAnswer<E, Reply> {
    /// Calls it.
    fn call(self, event: Arc<E>) -> impl Future<Output = Result<Reply>> + Send;
}

impl<E, Reply, F, Answering> AsyncAnswer<E, Reply> for F
where
    F: FnOnce(Arc<E>) -> Answering,
    Answering: Future<Output = Result<Reply>> + Send,
{
    fn call(self, event: Arc<E>) -> impl Future<Output = Result<Reply>> + Send {
        self(event)
    }
}
