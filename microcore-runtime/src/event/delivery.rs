//! One delivery within the process: its wait, its turn, its attempts, and how it ends.

use std::panic::AssertUnwindSafe;
use std::sync::atomic::Ordering;

use futures_util::FutureExt;
use tokio::time::Instant;

use super::breaker::Change;
use super::envelope::wall_clock;
use super::lane::{Lane, Turn};
use super::trace::Ending;
use super::waiting::is_handed_on;
use super::{
    DeadLetter, Deliveries, DeliveryFailed, Moment, Notice, Sent, Subscriber, SubscriberPaused, SubscriberResumed,
    Waiting,
};
use crate::context;
use crate::error::{Error, Result};
use crate::server::panic_text;
use crate::{meter, record};

/// An accepted delivery; its room is given back when it is dropped.
pub(super) struct Delivery {
    pub(super) deliveries: Deliveries,
    pub(super) subscriber: &'static Subscriber,
    pub(super) sent: Sent,
}

/// What the process before has done for a delivery.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rest {
    pub(super) attempts: u32,
    /// When it is tried again.
    pub(super) due: Instant,
}

impl Drop for Delivery {
    fn drop(&mut self) {
        self.lane().release();
    }
}

impl Delivery {
    fn lane(&self) -> &Lane {
        self.deliveries.lane(self.subscriber)
    }

    /// Its place in the order, taken now unless it is delayed.
    pub(super) fn place(&self) -> Option<Turn> {
        self.sent.due().is_none().then(|| self.lane().arrive(self.sent.key(), self.sent.priority()))
    }

    /// Waits for its time and its turn, then runs the handler until it succeeds or its attempts are used up.
    pub(super) async fn run<Attempt>(
        self,
        place: Option<Turn>,
        rest: Option<Rest>,
        handler: impl Fn() -> Attempt,
        payload: impl Fn() -> String,
    ) where
        Attempt: Future<Output = Result<()>>,
    {
        let (lane, key, priority) = (self.lane(), self.sent.key(), self.sent.priority());
        let turn = match (place, self.sent.due()) {
            (None, Some(due)) => {
                lane.delayed.fetch_add(1, Ordering::Relaxed);
                let is_due = self.deliveries.sleep_until(due).await;
                lane.delayed.fetch_sub(1, Ordering::Relaxed);
                if !is_due {
                    let stopped = Error::internal("the process stopped before it was due");
                    return self.left(0, due, &stopped, payload()).await;
                }
                lane.arrive(key, priority)
            }
            (place, _) => place.unwrap_or(Turn::Now),
        };
        let tried = rest.map_or(0, |rest| rest.attempts);
        if !turn.comes().await {
            return self.elsewhere(tried, payload()).await;
        }
        if let Some(Rest { attempts, due }) = rest
            && !self.rests(attempts, due, &Error::internal("the process before had tried it"), &payload).await
        {
            return;
        }
        for attempt in tried + 1.. {
            if self.sent.is_expired() {
                self.expired(attempt - 1);
                lane.ends(key, None);
                return;
            }
            let (context, started) =
                (self.sent.context.clone().delivered_to(self.subscriber.name, attempt), Moment::now());
            let Err(error) = context::scope(context, attempt_once(handler())).await else {
                self.deliveries.trace().delivered(&self.sent, self.subscriber, attempt, started, Ending::Delivered);
                lane.delivered.fetch_add(1, Ordering::Relaxed);
                let change = lane.ends(key, Some(true));
                return self.changed(change).await;
            };
            self.deliveries.trace().delivered(&self.sent, self.subscriber, attempt, started, Ending::Failed);
            let Some(wait) = self.subscriber.retry.after(attempt, &error) else {
                self.bury(attempt, &error, payload()).await;
                let change = lane.ends(key, Some(false));
                return self.changed(change).await;
            };
            tracing::warn!(
                subscriber = %self.subscriber, event = self.subscriber.event, id = %self.sent.context.id, attempt,
                error = %error, "delivery failed, repeated in {wait:?}"
            );
            if !self.rests(attempt, Instant::now() + wait, &error, &payload).await {
                return;
            }
        }
    }

    /// Waits for the next attempt and has its turn again; `false` where that is not in this process.
    async fn rests(&self, attempts: u32, due: Instant, error: &Error, payload: &impl Fn() -> String) -> bool {
        let (lane, key) = (self.lane(), self.sent.key());
        lane.rest();
        if !self.deliveries.sleep_until(due).await {
            if is_handed_on() {
                lane.desert(key);
            }
            self.left(attempts, due, error, payload()).await;
            lane.abandon(key);
            return false;
        }
        let comes = lane.come_back(key, self.sent.priority()).comes().await;
        if !comes {
            self.elsewhere(attempts, payload()).await;
        }
        comes
    }

    /// Its turn is in the next process.
    async fn elsewhere(&self, attempts: u32, payload: String) {
        let stopped = Error::internal("the process stopped before its turn");
        self.left(attempts, Instant::now(), &stopped, payload).await;
    }

    /// The process ends before the next attempt: the next one goes on with it, and where there is none it has failed.
    async fn left(&self, attempts: u32, due: Instant, error: &Error, payload: String) {
        let waiting = Waiting::new(Some(self.subscriber.name.to_owned()), self.sent.envelope(), payload);
        if let Some(waiting) = self.deliveries.leave(waiting.tried(attempts, due)) {
            self.bury(attempts, error, waiting.payload).await;
        }
    }

    fn expired(&self, attempts: u32) {
        tracing::info!(
            subscriber = %self.subscriber, event = self.subscriber.event, id = %self.sent.context.id, attempts,
            "the event's time was over before it was delivered"
        );
        self.deliveries.trace().delivered(&self.sent, self.subscriber, attempts, Moment::now(), Ending::Expired);
    }

    /// Keeps it as a dead letter and tells the application.
    pub(super) async fn bury(&self, attempts: u32, error: &Error, payload: String) {
        let notice = bury(self.deliveries, self.subscriber, &self.sent, attempts, error, payload);
        self.lane().failed.fetch_add(1, Ordering::Relaxed);
        if let Some(notice) = notice {
            self.deliveries.tell(self.sent.context.clone(), notice).await;
        }
    }

    /// Tells that the subscriber is paused or resumed, and wakes it when its pause is over.
    async fn changed(&self, change: Change) {
        let subscriber = self.subscriber;
        let notice = match change {
            Change::None => return,
            Change::Paused { pause, failures } => {
                tracing::error!(%subscriber, failures, "paused for {pause:?}: it keeps failing");
                let deliveries = self.deliveries;
                // Not counted as under way: a pause is not work.
                tokio::spawn(async move {
                    tokio::time::sleep(pause).await;
                    deliveries.lane(subscriber).probe();
                });
                let pause_ms = super::millis(pause);
                Notice::Paused(SubscriberPaused { subscriber: subscriber.name.to_owned(), failures, pause_ms })
            }
            Change::Resumed => {
                tracing::info!(%subscriber, "resumed: a delivery succeeded");
                Notice::Resumed(SubscriberResumed { subscriber: subscriber.name.to_owned() })
            }
        };
        if !subscriber.is_quiet() {
            self.deliveries.tell(self.sent.context.clone(), notice).await;
        }
    }
}

/// Logs a delivery that is given up, keeps it, and gives what to tell. What the bus publishes about failures is logged
/// and no more.
pub(super) fn bury(
    deliveries: Deliveries,
    subscriber: &'static Subscriber,
    sent: &Sent,
    attempts: u32,
    error: &Error,
    payload: String,
) -> Option<Notice> {
    subscriber.meter.handling.ended(meter::DEAD);
    let chain = error.to_string();
    let (id, origin) = (&sent.context.id, &sent.context.origin);
    record::buried(subscriber.name, id, origin, error.code(), &chain);
    tracing::error!(
        %subscriber, event = subscriber.event, %id, %origin, attempts, error = %chain, "delivery failed for good"
    );
    if subscriber.is_quiet() {
        return None;
    }
    deliveries.dead_letters().add(DeadLetter {
        id: 0,
        subscriber: subscriber.name.to_owned(),
        envelope: sent.envelope(),
        payload,
        error: chain.clone(),
        attempts,
        failed_at: wall_clock(),
    });
    Some(Notice::Failed(DeliveryFailed {
        event: subscriber.event.to_owned(),
        id: id.to_string(),
        subscriber: subscriber.name.to_owned(),
        error: chain,
        attempts,
    }))
}

/// A panic is a failed attempt and nothing more.
pub(super) async fn attempt_once<T>(attempt: impl Future<Output = Result<T>>) -> Result<T> {
    match AssertUnwindSafe(attempt).catch_unwind().await {
        Ok(outcome) => outcome,
        Err(panic) => Err(Error::internal(record::panicked(panic_text(&*panic)))),
    }
}
