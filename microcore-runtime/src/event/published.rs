//! One published event on its way to its subscribers.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use futures_util::FutureExt;

use super::{Deliveries, Event, Retry, Subscriber};
use crate::context::{self, Context};
use crate::error::{Error, Result};
use crate::plugin::Identity;
use crate::server::panic_text;

/// An event, shared by all its subscribers, and what it is caused by.
#[derive(Debug)]
pub struct Published<E> {
    event: Arc<E>,
    context: Context,
    emitter: Option<&'static Identity>,
    deliveries: Deliveries,
}

impl<E: Event> Published<E> {
    /// What the bus makes of an event: the context is that of the event, caused by whatever runs now.
    pub fn new(event: Arc<E>, emitter: Option<&'static Identity>, deliveries: Deliveries) -> Self {
        Self { event, context: Context::event(context::Id::make(), E::NAME), emitter, deliveries }
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
        &self.context
    }

    /// The plugin that published it; `None` outside of plugins.
    pub fn emitter(&self) -> Option<&'static Identity> {
        self.emitter
    }

    /// Runs the inline subscribers, all as the handling of this event: one scope, for what is handled is the same.
    #[inline]
    pub fn here(&self, subscribers: impl FnOnce()) {
        // Cloning the context only for a scope that nobody reads would be the larger part of a short call.
        if cfg!(feature = "causality") { context::scope_sync(self.context.clone(), subscribers) } else { subscribers() }
    }

    /// Runs a subscriber within [`Published::here`]. Its failure, and its panic, are logged and go no further.
    #[inline]
    pub fn inline(&self, subscriber: &'static Subscriber, handler: impl FnOnce(&E) -> Result<()>) {
        match catch_unwind(AssertUnwindSafe(|| handler(&self.event))) {
            Ok(Ok(())) => {}
            Ok(Err(error)) => self.failed(subscriber, 1, &error),
            Err(panic) => self.failed(subscriber, 1, &Error::internal(format!("panicked: {}", panic_text(&*panic)))),
        }
    }

    /// Starts a delivery as a task of its own, repeated as `retry` says.
    pub fn deliver<F, Delivery>(&self, subscriber: &'static Subscriber, retry: Retry, handler: F)
    where
        F: Fn(Arc<E>) -> Delivery + Send + 'static,
        Delivery: Future<Output = Result<()>> + Send,
    {
        let published = Self {
            event: Arc::clone(&self.event),
            context: self.context.clone(),
            emitter: self.emitter,
            deliveries: Deliveries::default(),
        };
        let delivery = async move {
            for attempt in 1.. {
                let Err(error) = attempt_once(handler(Arc::clone(&published.event))).await else { return };
                let Some(wait) = retry.wait_after(attempt) else {
                    return published.failed(subscriber, attempt, &error);
                };
                tracing::warn!(
                    %subscriber, event = subscriber.event, id = %published.context.id, attempt, error = %error.chain(),
                    "delivery failed, repeated in {wait:?}"
                );
                tokio::time::sleep(wait).await;
            }
        };
        self.deliveries.start(context::scope(self.context.clone(), delivery));
    }

    /// Asks a responder and waits for it.
    pub async fn answered<Reply>(
        &self,
        subscriber: &'static Subscriber,
        answer: impl AsyncAnswer<E, Reply>,
    ) -> Result<Reply> {
        let answer =
            AssertUnwindSafe(context::scope(self.context.clone(), answer.call(Arc::clone(&self.event)))).catch_unwind();
        match answer.await {
            Ok(answer) => answer,
            Err(panic) => Err(Error::internal(format!("{subscriber} panicked: {}", panic_text(&*panic)))),
        }
    }

    /// Said once, where a delivery is given up.
    fn failed(&self, subscriber: &Subscriber, attempts: u32, error: &Error) {
        tracing::error!(
            %subscriber, event = subscriber.event, id = %self.context.id, origin = %self.context.origin, attempts,
            error = %error.chain(), "delivery failed for good"
        );
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

/// A panic is a failed attempt and nothing more.
async fn attempt_once(delivery: impl Future<Output = Result<()>>) -> Result<()> {
    match AssertUnwindSafe(delivery).catch_unwind().await {
        Ok(outcome) => outcome,
        Err(panic) => Err(Error::internal(format!("panicked: {}", panic_text(&*panic)))),
    }
}
