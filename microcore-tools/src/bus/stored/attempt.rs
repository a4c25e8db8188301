//! One claimed delivery: its attempt, what becomes of it, and what is told about it.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use microcore_runtime::context;
use microcore_runtime::event::{
    Change, DeliveryFailed, Ending, Envelope, Moment, Notice, Sent, Subscriber, SubscriberPaused, SubscriberResumed,
    Subscribers, Undelivered, millis, wall_clock,
};
use microcore_runtime::system::{REPLICA, replica_heard};
use microcore_runtime::{meter, record};
use tokio::time::sleep;

use super::pump::DOUBTS;
use super::{Claimed, Ended, Held, Next, OnQueue, Queue, Stored};
use crate::bus::Link;

/// So many attempts may end with the death of their process beyond those that the subscriber asks for: an event that
/// kills its handler's process each time must not do so for ever.
const DEATHS: u32 = 10;
/// How often the store is asked to take the end of a delivery before it is given back, to be attempted again.
const TRIES: u32 = 20;

/// Runs the handler once and says how the delivery goes on.
pub(super) async fn attempt<A: Subscribers, T: OnQueue>(
    link: Arc<Link<A, T>>,
    app: &'static A,
    claimed: Claimed,
    mut under_way: UnderWay<A, T>,
) {
    let stored = &link.open;
    let subscriber = claimed.subscriber;
    let sent = Sent::restored(&claimed.envelope, subscriber.event);
    let trace =
        |attempt, started, ending| link.deliveries.trace().delivered(&sent, subscriber, attempt, started, ending);
    let started = Moment::now();
    let exhausted = subscriber.retry.attempts() + DEATHS;
    let (next, succeeded) = if claimed.envelope.is_expired(wall_clock()) {
        tracing::info!(
            %subscriber, event = subscriber.event, id = %claimed.envelope.id,
            "the event's time was over before it was delivered"
        );
        trace(claimed.attempt - 1, started, Ending::Expired);
        (Next::Expire, None)
    } else if claimed.attempt > exhausted {
        (Next::Bury { error: format!("its process died in each of {exhausted} attempts") }, Some(false))
    } else {
        let context = claimed.envelope.context(subscriber.event).delivered_to(subscriber.name, claimed.attempt);
        let handled = context::scope(context, app.receive(subscriber.number, claimed.payload.as_bytes()));
        let outcome = tokio::select! {
            biased;
            () = stored.cut.cancelled() => None,
            outcome = handled => Some(outcome),
        };
        match outcome {
            None | Some(Err(Undelivered::Off(_))) => (Next::Release, None),
            Some(Ok(())) => {
                trace(claimed.attempt, started, Ending::Delivered);
                (Next::Complete, Some(true))
            }
            Some(Err(failure)) => {
                trace(claimed.attempt, started, Ending::Failed);
                let wait = match &failure {
                    Undelivered::Unreadable(_) => None,
                    Undelivered::Failed(error) => subscriber.retry.after(claimed.attempt, error),
                    Undelivered::Off(_) => subscriber.retry.jittered_after(claimed.attempt),
                };
                let error = failure.into_error().to_string();
                match wait {
                    Some(wait) => {
                        tracing::warn!(
                            %subscriber, event = subscriber.event, id = %claimed.envelope.id, attempt = claimed.attempt,
                            error, "delivery failed, repeated in {wait:?}"
                        );
                        (Next::Retry { wait, error }, None)
                    }
                    None => (Next::Bury { error }, Some(false)),
                }
            }
        }
    };
    end(&link, &claimed, next, succeeded, &mut under_way).await;
}

/// A delivery that is under way here. However its task ends, it is counted no longer after that.
pub(super) struct UnderWay<A: 'static, T: OnQueue> {
    pub(super) link: Arc<Link<A, T>>,
    pub(super) held: Held,
    pub(super) subscriber: &'static Subscriber,
    /// Whether its lane counts it still.
    pub(super) runs: bool,
}

impl<A: 'static, T: OnQueue> Drop for UnderWay<A, T> {
    fn drop(&mut self) {
        let stored = &self.link.open;
        if self.runs {
            // A panic, or the end of the runtime: nobody has said how the delivery goes on.
            stored.left(self.subscriber, None, 0);
            stored.doubts.store(DOUBTS, Ordering::Release);
        }
        stored.held().remove(&self.held);
        stored.in_flight.fetch_sub(1, Ordering::AcqRel);
        stored.queue.stir(&[self.subscriber]);
    }
}

async fn end<A: Subscribers, T: OnQueue>(
    link: &Arc<Link<A, T>>,
    claimed: &Claimed,
    next: Next,
    succeeded: Option<bool>,
    under_way: &mut UnderWay<A, T>,
) {
    let (stored, subscriber) = (&link.open, claimed.subscriber);
    // Notices of failures are logged and no more: a dead letter of one would be the first of many.
    let quiet = subscriber.event.starts_with("event.");
    let (stored_next, buried) = match next {
        Next::Bury { error } if quiet => (Next::Complete, Some(error)),
        Next::Bury { error } => (Next::Bury { error: error.clone() }, Some(error)),
        next => (next, None),
    };
    let end = stored.ended(claimed, stored_next).await;
    stored.held().remove(&under_way.held);
    let id = &claimed.envelope.id;
    match end {
        End::Mine => {}
        End::Taken => tracing::warn!(
            %subscriber, event = subscriber.event, %id,
            "the delivery was taken over by another process: this one had given no sign of life for a lease"
        ),
        End::Gone => tracing::warn!(
            %subscriber, event = subscriber.event, %id, "the delivery was deleted from the store while it was handled"
        ),
        End::Unknown => {
            stored.doubts.store(DOUBTS, Ordering::Release);
            tracing::error!(
                %subscriber, event = subscriber.event, %id,
                "the store could not be told how the delivery ended: it is attempted again"
            );
        }
    }
    let mine = end == End::Mine;
    let context = claimed.envelope.context(subscriber.event).delivered_to(subscriber.name, claimed.attempt);
    if let Some(error) = buried.filter(|_| mine) {
        subscriber.meter.handling.ended(meter::DEAD);
        let (id, origin) = (&claimed.envelope.id, &claimed.envelope.origin);
        record::buried(subscriber.name, id, origin, "internal", &error);
        tracing::error!(
            %subscriber, event = subscriber.event, %id, %origin, attempts = claimed.attempt, error, "delivery failed for good"
        );
        if !quiet {
            let failed = DeliveryFailed::new(subscriber.event, subscriber.name)
                .with_id(claimed.envelope.id.to_string())
                .because(error, claimed.attempt);
            link.deliveries.tell(context.clone(), Notice::Failed(failed)).await;
        }
    }
    let change = stored.left(subscriber, succeeded, link.deliveries.limits().concurrency);
    under_way.runs = false;
    if let Some(notice) = noticed(link, subscriber, change).filter(|_| !quiet) {
        link.deliveries.tell(context, notice).await;
    }
}

fn noticed<A: Subscribers, T: OnQueue>(
    link: &Arc<Link<A, T>>,
    subscriber: &'static Subscriber,
    change: Change,
) -> Option<Notice> {
    match change {
        Change::None => None,
        Change::Paused { pause, failures } => {
            tracing::error!(%subscriber, failures, "paused for {pause:?}: it keeps failing");
            let link = Arc::clone(link);
            tokio::spawn(async move {
                sleep(pause).await;
                link.open.probe(subscriber);
            });
            Some(Notice::Paused(SubscriberPaused::new(subscriber.name, failures, millis(pause))))
        }
        Change::Resumed => {
            tracing::info!(%subscriber, "resumed: a delivery succeeded");
            Some(Notice::Resumed(SubscriberResumed::new(subscriber.name)))
        }
    }
}

/// Whose a delivery was when it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// This process's, and the store knows how it ended.
    Mine,
    /// Another process had taken it over.
    Taken,
    /// It was not in the store any more.
    Gone,
    /// The store could not be reached for long.
    Unknown,
}

impl<Q: Queue> Stored<Q> {
    /// Tells the store, again and again while it can't be reached.
    async fn ended(&self, claimed: &Claimed, next: Next) -> End {
        let mut answer_lost = false;
        for attempt in 0..TRIES {
            match self.queue.next(claimed, next.clone()).await {
                Ok(Ended::Now) => return End::Mine,
                // The order that got no answer was carried out.
                Ok(Ended::Before) if answer_lost => return End::Mine,
                Ok(Ended::Before) => return End::Gone,
                Ok(Ended::ByAnother) => return End::Taken,
                Err(error) => {
                    answer_lost = true;
                    self.lost(&error);
                    sleep(Duration::from_millis(50) * 2_u32.pow(attempt.min(6))).await;
                }
            }
        }
        End::Unknown
    }

    /// A delivery has left; what that changes for its subscriber.
    fn left(&self, subscriber: &Subscriber, succeeded: Option<bool>, concurrency: usize) -> Change {
        let mut lanes = self.lanes();
        let lane = &mut lanes[subscriber.number];
        lane.running -= 1;
        let change = match succeeded {
            None => Change::None,
            Some(true) => {
                lane.delivered += 1;
                lane.breaker.succeeded()
            }
            Some(false) => lane.breaker.failed(),
        };
        match change {
            Change::Paused { .. } => lane.limit = 0,
            Change::Resumed => lane.limit = concurrency,
            Change::None => {}
        }
        change
    }

    /// The pause is over: a single delivery is tried.
    fn probe(&self, lane_of: &'static Subscriber) {
        let mut lanes = self.lanes();
        let lane = &mut lanes[lane_of.number];
        lane.breaker.probe();
        lane.limit = 1;
        drop(lanes);
        self.queue.stir(&[lane_of]);
    }
}

/// Hands a broadcast to this process's own subscribers, as deliveries in memory.
pub(super) fn hear<A: Subscribers, T: OnQueue>(
    link: &Arc<Link<A, T>>,
    app: &'static A,
    envelope: &Envelope,
    payload: &str,
) {
    if envelope.event == REPLICA {
        replica_heard(payload);
        return;
    }
    for subscriber in A::of(&envelope.event).iter().filter(|subscriber| subscriber.broadcast) {
        let (link, subscriber): (_, &'static Subscriber) = (Arc::clone(link), subscriber);
        let (sent, payload) = (Sent::restored(envelope, subscriber.event), payload.to_owned());
        tokio::spawn(async move {
            if app.is_running(subscriber.number)
                && let Err(error) = link.deliveries.restart(app, subscriber, sent, payload).await
            {
                tracing::error!(%subscriber, event = subscriber.event, error, "a broadcast was not delivered");
            }
        });
    }
}
