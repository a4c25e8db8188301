//! The deliveries of one application within its process: their lanes, their limits, their dead letters, and the drain.

use std::collections::BTreeSet;
use std::sync::OnceLock;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::Instant;
use tokio_util::task::TaskTracker;
use tokio_util::task::task_tracker::TaskTrackerToken;

use super::answering::Answering;
use super::delivery::Delivery;
use super::lane::Lane;
use super::trace::Trace;
use super::waiting::{Leaving, is_handed_on};
use super::{DeadLetter, DeadLetters, Moment, Notice, Sent, Subscriber, SubscriberStatus, Subscribers, Undelivered};
use crate::context::Context;

/// How long what waits for its turn may take to leave it.
const LEAVING: Duration = Duration::from_millis(200);
/// How many notices may wait to be published.
const NOTICES: usize = 1024;

/// What bounds the deliveries of each subscriber.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Deliveries that are accepted and not yet done with; then publishers wait.
    pub capacity: usize,
    /// Handlers that run at once.
    pub concurrency: usize,
    /// How long a publisher waits for room before it is refused.
    pub publish_wait: Duration,
    /// Deliveries in a row that fail for good before the subscriber is paused; 0 never pauses.
    pub pause_after: u32,
    /// How long the first pause is; it doubles while probes fail.
    pub pause: Duration,
    /// Dead letters that are kept in memory.
    pub dead_letters: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            capacity: 1024,
            concurrency: 64,
            publish_wait: Duration::from_secs(5),
            pause_after: 5,
            pause: Duration::from_secs(30),
            dead_letters: 1000,
        }
    }
}

/// The deliveries of one application. They live as long as the process, as the application does: every event that is
/// published holds a plain reference, and counts nothing.
#[derive(Debug, Clone, Copy)]
pub struct Deliveries(&'static Shared);

impl Default for Deliveries {
    fn default() -> Self {
        Self::new(Limits::default())
    }
}

#[derive(Debug)]
struct Shared {
    limits: Limits,
    lanes: OnceLock<Box<[Lane]>>,
    tasks: TaskTracker,
    dead: DeadLetters,
    leaving: Leaving,
    trace: Trace,
    notices: OnceLock<mpsc::Sender<Told>>,
    /// The requests whose answers are under way.
    answering: Answering,
    /// When the drain ends, once it has begun.
    end: watch::Sender<Option<Instant>>,
}

impl Shared {
    fn new(limits: Limits) -> Self {
        Self {
            limits,
            lanes: OnceLock::new(),
            tasks: TaskTracker::new(),
            dead: DeadLetters::new(limits.dead_letters),
            leaving: Leaving::default(),
            trace: Trace::default(),
            notices: OnceLock::new(),
            answering: Answering::default(),
            end: watch::Sender::new(None),
        }
    }
}

/// A notice on its way to the bus, with the context that it is the child of. While it is held, nothing has settled.
#[derive(Debug)]
pub struct Told {
    /// What to publish.
    pub notice: Notice,
    /// What caused it.
    pub context: Context,
    _pending: TaskTrackerToken,
}

/// Room at every subscriber of one event, given back unless the deliveries are started.
#[derive(Debug)]
pub struct Reserved<'d> {
    deliveries: &'d Deliveries,
    subscribers: &'static [&'static Subscriber],
    taken: usize,
}

impl Reserved<'_> {
    /// The deliveries that are started now use the room, and give it back one by one.
    pub fn used(mut self) {
        self.taken = 0;
    }
}

impl Drop for Reserved<'_> {
    fn drop(&mut self) {
        for subscriber in &self.subscribers[..self.taken] {
            self.deliveries.lane(subscriber).release();
        }
    }
}

impl Deliveries {
    /// With these limits, for the rest of the process.
    pub fn new(limits: Limits) -> Self {
        Self(Box::leak(Box::new(Shared::new(limits))))
    }

    /// Makes one lane per subscriber of the application. Gives the notices to publish; `None` the second time.
    pub fn open<A: Subscribers>(&self) -> Option<mpsc::Receiver<Told>> {
        let lanes = A::ALL.iter().map(|subscriber| Lane::new(subscriber, self.0.limits)).collect();
        self.0.lanes.set(lanes).ok()?;
        // The clock of the records is set now, and not by the first request.
        Moment::now();
        let (sender, receiver) = mpsc::channel(NOTICES);
        self.0.notices.set(sender).ok()?;
        Some(receiver)
    }

    pub(super) fn lane(&self, subscriber: &Subscriber) -> &Lane {
        let lanes = self.0.lanes.get().expect("the bus is connected before anything is delivered");
        &lanes[subscriber.number]
    }

    /// Takes room at every subscriber, waiting for it; the name of one that stays full where there is none in time.
    pub async fn reserve(
        &self,
        subscribers: &'static [&'static Subscriber],
    ) -> Result<Reserved<'_>, &'static Subscriber> {
        let mut reserved = Reserved { deliveries: self, subscribers, taken: 0 };
        for subscriber in subscribers {
            if !self.lane(subscriber).reserve(self.0.limits.publish_wait).await {
                return Err(subscriber);
            }
            reserved.taken += 1;
        }
        Ok(reserved)
    }

    /// The same where it takes no waiting; `None` where some subscriber is full.
    pub fn reserve_now(&self, subscribers: &'static [&'static Subscriber]) -> Option<Reserved<'_>> {
        let mut reserved = Reserved { deliveries: self, subscribers, taken: 0 };
        for subscriber in subscribers {
            if !self.lane(subscriber).try_reserve() {
                return None;
            }
            reserved.taken += 1;
        }
        Some(reserved)
    }

    pub(super) fn leaving(&self) -> &Leaving {
        &self.0.leaving
    }

    /// Starts one as a task of its own, for which the drain waits.
    pub fn spawn(self, delivery: impl Future<Output = ()> + Send + 'static) {
        self.0.tasks.spawn(delivery);
    }

    /// Sleeps until then; `false` where the drain ends earlier.
    pub async fn sleep_until(&self, due: Instant) -> bool {
        let mut end = self.0.end.subscribe();
        let ends_before = end.wait_for(|end| end.is_some_and(|end| end < due));
        tokio::select! {
            biased;
            _ = ends_before => false,
            () = tokio::time::sleep_until(due) => true,
        }
    }

    /// Tells the bus, which publishes it as a child of what `context` says.
    pub async fn tell(&self, context: Context, notice: Notice) {
        let told = Told { notice, context, _pending: self.0.tasks.token() };
        if let Some(notices) = self.0.notices.get() {
            // Nobody listens any more where the runtime is going down.
            let _ = notices.send(told).await;
        }
    }

    /// The same from a place that can't wait: where too many wait already, it is dropped, and the log says so.
    pub(super) fn tell_now(self, context: Context, notice: Notice) {
        let told = Told { notice, context, _pending: self.0.tasks.token() };
        if let Some(notices) = self.0.notices.get()
            && let Err(error) = notices.try_send(told)
        {
            tracing::error!(%error, "a notice was not published");
        }
    }

    /// Delivers a dead letter again, with all its attempts; why not, where that can't be.
    pub async fn again<A: Subscribers>(&self, app: &'static A, letter: &DeadLetter) -> Result<(), String> {
        let name = &letter.subscriber;
        let Some(subscriber) = A::named(&letter.envelope.event, name) else {
            let is_known = self.again_to_visitor(letter);
            return if is_known { Ok(()) } else { Err(format!("there is no subscriber `{name}`")) };
        };
        if !app.is_running(subscriber.number) {
            return Err(format!("`{name}` is off"));
        }
        let sent = Sent::restored(&letter.envelope, subscriber.event).endless();
        self.restart(app, subscriber, sent, letter.payload.clone()).await
    }

    /// Delivers an event that came from outside of the process, in memory; why not, where that can't be.
    pub async fn restart<A: Subscribers>(
        &self,
        app: &'static A,
        subscriber: &'static Subscriber,
        sent: Sent,
        payload: String,
    ) -> Result<(), String> {
        self.restart_all(app, &[subscriber], &sent, &payload).await
    }

    /// The same for several subscribers of one event: all of them, or none where one has no room in time.
    pub async fn restart_all<A: Subscribers>(
        &self,
        app: &'static A,
        subscribers: &[&'static Subscriber],
        sent: &Sent,
        payload: &str,
    ) -> Result<(), String> {
        let mut begun = Vec::with_capacity(subscribers.len());
        for subscriber in subscribers.iter().copied() {
            if !self.lane(subscriber).reserve(self.0.limits.publish_wait).await {
                // Those that have room give it back when they are dropped.
                return Err(format!("the queue of `{subscriber}` is full"));
            }
            begun.push(Delivery { deliveries: *self, subscriber, sent: sent.clone() });
        }
        for delivery in begun {
            let (place, number, payload) = (delivery.place(), delivery.subscriber.number, payload.to_owned());
            self.spawn(async move {
                let handler =
                    || async { app.receive(number, payload.as_bytes()).await.map_err(Undelivered::into_error) };
                delivery.run(place, None, handler, || payload.clone()).await;
            });
        }
        Ok(())
    }

    /// The limits.
    pub fn limits(&self) -> Limits {
        self.0.limits
    }

    /// The dead letters that are kept in memory.
    pub fn dead_letters(&self) -> &DeadLetters {
        &self.0.dead
    }

    /// The latest deliveries.
    pub fn trace(&self) -> &Trace {
        &self.0.trace
    }

    /// How many are under way.
    pub fn len(&self) -> usize {
        self.0.tasks.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.0.tasks.is_empty()
    }

    /// Waits until none is under way: delayed and repeated ones, and those that others cause meanwhile, included.
    pub async fn settled(&self) {
        // A tracker can be waited for only while it is closed; closing does not refuse new tasks.
        self.0.tasks.close();
        self.0.tasks.wait().await;
        self.0.tasks.reopen();
    }

    /// The same with a deadline; gives how many were still under way then. What is not due before the deadline is given
    /// up at once: the next process goes on with it, where there is one.
    pub async fn drain(&self, deadline: Duration) -> usize {
        let now = Instant::now();
        self.0.end.send_replace(Some(now.checked_add(deadline).unwrap_or(now)));
        if tokio::time::timeout(deadline, self.settled()).await.is_ok() {
            return 0;
        }
        if is_handed_on() {
            self.0.lanes.get().into_iter().flatten().for_each(Lane::clear);
            // What waited for its turn needs none to go elsewhere.
            if tokio::time::timeout(LEAVING, self.settled()).await.is_ok() {
                return 0;
            }
        }
        let (left, at_work) = (self.len(), self.at_work());
        tracing::error!(left, at_work, "events are not delivered in time, and end with the process");
        left
    }

    /// Who has something to do, by name: subscribers, and the requests whose answers are under way.
    fn at_work(self) -> String {
        let lanes = self.0.lanes.get().into_iter().flatten();
        let lanes = lanes.filter(|lane| lane.accepted() > 0).map(|lane| lane.subscriber.name);
        let names: BTreeSet<&str> = lanes.chain(self.0.answering.names()).collect();
        names.into_iter().collect::<Vec<_>>().join(", ")
    }

    /// Answers a request in a task of its own, which nobody cuts but the end of the process: who waits may give up, the
    /// responder is not left halfway. The drain waits for it.
    pub fn answer<T: Send + 'static>(
        &self,
        name: &'static str,
        answer: impl Future<Output = T> + Send + 'static,
    ) -> oneshot::Receiver<T> {
        let (tell, told) = oneshot::channel();
        let under_way = (self.0.answering.begin(name), self.0.tasks.token());
        tokio::spawn(async move {
            let answer = answer.await;
            // Whoever is told finds nothing under way.
            drop(under_way);
            // Nobody may wait any more.
            let _ = tell.send(answer);
        });
        told
    }

    /// How every subscriber stands.
    pub fn status(&self) -> Vec<SubscriberStatus> {
        let dead = self.0.dead.list(usize::MAX);
        let lanes = self.0.lanes.get().into_iter().flatten();
        let status = lanes.map(|lane| {
            let (running, waiting) = lane.running_and_waiting();
            let is_of = |letter: &DeadLetter| {
                letter.subscriber == lane.subscriber.name && letter.envelope.event == lane.subscriber.event
            };
            SubscriberStatus {
                lag: waiting as u64,
                in_flight: running as u64,
                delayed: lane.delayed.load(Ordering::Relaxed),
                dead: dead.iter().filter(|letter| is_of(letter)).count() as u64,
                delivered: lane.delivered.load(Ordering::Relaxed),
                paused: lane.is_paused(),
                ..SubscriberStatus::of(lane.subscriber)
            }
        });
        status.collect()
    }
}
