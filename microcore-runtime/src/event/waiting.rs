//! What a bus within the process leaves to the next process: deliveries that wait for a time or a turn, and dead letters.
//!
//! In: a drain that does not wait for them, where somebody comes who does. Out: the same deliveries in that process, with
//! their attempts, their times and their order within a key.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::delivery::{Delivery, Rest};
use super::envelope::{millis, wall_clock};
use super::{DeadLetter, Deliveries, DeliveryFailed, Envelope, Notice, Sent, Subscriber, Subscribers, Undelivered};
use crate::context::Context;
use crate::error::Error;
use crate::record;

/// The first and the longest wait between two looks whether a plugin is up.
const LOOKS: [Duration; 2] = [Duration::from_millis(5), Duration::from_secs(1)];

/// A delivery that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Waiting {
    /// Who it is for; `None` for all who hear an event in its publisher's task, when it is due.
    pub subscriber: Option<String>,
    /// The event's envelope.
    pub envelope: Envelope,
    /// Its fields as JSON.
    pub payload: String,
    /// How often it was tried.
    pub attempts: u32,
    /// Before this it is not tried again: milliseconds since 1970.
    pub due: u64,
}

impl Waiting {
    /// One that was not tried yet, and need not wait any longer than its envelope says.
    pub fn new(subscriber: Option<String>, envelope: Envelope, payload: String) -> Self {
        Self { subscriber, envelope, payload, attempts: 0, due: 0 }
    }

    /// The same after so many attempts, to be tried again then.
    #[must_use]
    pub fn tried(self, attempts: u32, due: Instant) -> Self {
        let wait = due.saturating_duration_since(Instant::now());
        Self { attempts, due: wall_clock().saturating_add(millis(wait)), ..self }
    }

    /// When it may be tried again, by the clock of this process.
    pub fn due(&self) -> Instant {
        let wait = Duration::from_millis(self.due.saturating_sub(wall_clock()));
        let now = Instant::now();
        now.checked_add(wait).unwrap_or(now)
    }

    /// By the time of publishing; ids of one process are counted, and a longer one is a later one.
    fn order(&self) -> (u64, usize, String) {
        let id = self.envelope.id.to_string();
        (self.envelope.time, id.len(), id)
    }
}

/// Subscribers that the wiring does not know: guests that were dropped in.
pub trait Visitors: Send + Sync + 'static {
    /// Whether one of this name hears the event now.
    fn know(&self, event: &str, subscriber: &str) -> bool;

    /// Delivers, or makes a dead letter of it where nobody of that name comes.
    fn deliver(&self, waiting: Waiting);
}

/// What is left, and who takes what no subscriber of the wiring takes.
#[derive(Default)]
pub(super) struct Leaving {
    left: Mutex<Vec<Waiting>>,
    visitors: OnceLock<Arc<dyn Visitors>>,
    /// For visitors, before they are there.
    early: Mutex<Vec<Waiting>>,
    /// Whether no visitors come any more.
    booted: AtomicBool,
}

impl std::fmt::Debug for Leaving {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Leaving").field("left", &self.left().len()).finish_non_exhaustive()
    }
}

impl Leaving {
    fn left(&self) -> MutexGuard<'_, Vec<Waiting>> {
        // Nothing that holds the lock can panic halfway.
        self.left.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn early(&self) -> MutexGuard<'_, Vec<Waiting>> {
        self.early.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Everything that a bus leaves.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Left {
    waiting: Vec<Waiting>,
    dead: Vec<DeadLetter>,
}

/// Whether a process comes after this one that goes on with what waits.
pub(super) fn is_handed_on() -> bool {
    #[cfg(unix)]
    return crate::handover::hands_on();
    #[cfg(not(unix))]
    false
}

impl Deliveries {
    /// Keeps it for the next process; gives it back where nobody comes who could go on with it.
    #[must_use]
    pub fn leave(&self, waiting: Waiting) -> Option<Waiting> {
        if !is_handed_on() {
            return Some(waiting);
        }
        self.leaving().left().push(waiting);
        None
    }

    /// What is left to the next process, as a text; `None` where that is nothing.
    pub fn left(&self) -> Option<String> {
        let mut waiting = std::mem::take(&mut *self.leaving().left());
        waiting.sort_by_key(Waiting::order);
        let left = Left { waiting, dead: self.dead_letters().list(usize::MAX) };
        if left == Left::default() { None } else { serde_json::to_string(&left).ok() }
    }

    /// Goes on with what the process before has left. Places in the order are taken before this returns.
    pub fn resume<A: Subscribers>(&self, app: &'static A, left: &str) {
        let left: Left = match serde_json::from_str(left) {
            Ok(left) => left,
            Err(error) => {
                tracing::error!("the events that the process before has left can't be read, and are lost: {error}");
                return;
            }
        };
        tracing::info!(
            waiting = left.waiting.len(),
            dead = left.dead.len(),
            "the bus goes on with what the process before has left"
        );
        for letter in left.dead {
            self.dead_letters().add(letter);
        }
        for waiting in left.waiting {
            self.resume_one(app, waiting);
        }
    }

    fn resume_one<A: Subscribers>(self, app: &'static A, waiting: Waiting) {
        let event = &waiting.envelope.event;
        let Some(name) = &waiting.subscriber else {
            let inline = A::ALL.iter().filter(|subscriber| subscriber.inline && subscriber.event == event);
            for subscriber in inline {
                self.go_on(app, subscriber, waiting.clone());
            }
            return self.visit(waiting);
        };
        match A::named(event, name) {
            Some(subscriber) => self.go_on(app, subscriber, waiting),
            None => self.visit(waiting),
        }
    }

    fn go_on<A: Subscribers>(self, app: &'static A, subscriber: &'static Subscriber, waiting: Waiting) {
        let rest = (waiting.attempts > 0).then(|| Rest { attempts: waiting.attempts, due: waiting.due() });
        let Waiting { envelope, payload, .. } = waiting;
        self.lane(subscriber).take();
        let delivery = Delivery { deliveries: self, subscriber, sent: Sent::restored(&envelope, subscriber.event) };
        let (place, number) = (delivery.place(), subscriber.number);
        self.spawn(async move {
            // The application may still boot; and a plugin that is off may come up.
            let mut wait = LOOKS[0];
            while !app.is_running(number) && self.sleep_until(Instant::now() + wait).await {
                wait = (wait * 2).min(LOOKS[1]);
            }
            let handler = || async { app.receive(number, payload.as_bytes()).await.map_err(Undelivered::into_error) };
            delivery.run(place, rest, handler, || payload.clone()).await;
        });
    }

    /// For one whom the wiring does not know.
    fn visit(self, waiting: Waiting) {
        match self.leaving().visitors.get() {
            Some(visitors) => visitors.deliver(waiting),
            None if self.leaving().booted.load(Ordering::Acquire) => self.bury_for_nobody(waiting),
            None => self.leaving().early().push(waiting),
        }
    }

    /// Who takes what no subscriber of the wiring takes. A second call changes nothing.
    pub fn visited_by(&self, visitors: Arc<dyn Visitors>) {
        if self.leaving().visitors.set(Arc::clone(&visitors)).is_err() {
            return;
        }
        for waiting in std::mem::take(&mut *self.leaving().early()) {
            visitors.deliver(waiting);
        }
    }

    /// The boot is over: what is left for nobody becomes dead letters.
    pub fn booted(&self) {
        self.leaving().booted.store(true, Ordering::Release);
        for waiting in std::mem::take(&mut *self.leaving().early()) {
            self.bury_for_nobody(waiting);
        }
    }

    fn bury_for_nobody(self, waiting: Waiting) {
        // Those who would have heard it in its publisher's task are none.
        if let Some(name) = waiting.subscriber.clone() {
            self.bury(waiting, &name, &Error::internal(format!("there is no subscriber `{name}`")));
        }
    }

    /// Makes a dead letter for one whom the wiring does not know, and tells the application.
    pub fn bury(&self, waiting: Waiting, subscriber: &str, error: &Error) {
        let Waiting { envelope, payload, attempts, .. } = waiting;
        let (id, origin, chain) = (envelope.id.clone(), envelope.origin.clone(), error.to_string());
        record::buried(subscriber, &id, &origin, error.code(), &chain);
        tracing::error!(
            subscriber, event = envelope.event, %id, %origin, attempts, error = chain, "delivery failed for good"
        );
        // What the bus publishes about failures is logged and no more.
        if envelope.event.starts_with("event.") {
            return;
        }
        let (event, context) = (envelope.event.clone(), Context { event: None, ..envelope.context("") });
        let letter = DeadLetter {
            id: 0,
            subscriber: subscriber.to_owned(),
            envelope,
            payload,
            error: chain.clone(),
            attempts,
            failed_at: wall_clock(),
        };
        self.dead_letters().add(letter);
        let failed = DeliveryFailed::new(event, subscriber).with_id(id.to_string()).because(chain, attempts);
        self.tell_now(context, Notice::Failed(failed));
    }

    /// Where the wiring knows nobody of this name: delivers a dead letter again to a visitor.
    pub(super) fn again_to_visitor(self, letter: &DeadLetter) -> bool {
        let Some(visitors) = self.leaving().visitors.get() else { return false };
        let is_known = visitors.know(&letter.envelope.event, &letter.subscriber);
        if is_known {
            let envelope = Envelope { expires: None, due: None, ..letter.envelope.clone() };
            visitors.deliver(Waiting::new(Some(letter.subscriber.clone()), envelope, letter.payload.clone()));
        }
        is_known
    }
}
