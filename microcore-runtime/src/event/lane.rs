//! The way to one subscriber within the process: how many deliveries are accepted, in which order they begin, and
//! whether the subscriber is paused.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, oneshot};

use super::breaker::{Breaker, Change};
use super::schedule::{Begins, Schedule};
use super::{Key, Limits, Subscriber};

/// One subscriber's lane.
#[derive(Debug)]
pub(super) struct Lane {
    pub(super) subscriber: &'static Subscriber,
    limits: Limits,
    /// Accepted and not yet done with: running, waiting, resting and delayed ones.
    accepted: AtomicUsize,
    room: Notify,
    /// Publishers that wait for room.
    in_line: AtomicUsize,
    order: Mutex<Order>,
    paused: AtomicBool,
    pub(super) delayed: AtomicU64,
    pub(super) delivered: AtomicU64,
    pub(super) failed: AtomicU64,
    pub(super) missed: AtomicU64,
}

#[derive(Debug)]
struct Order {
    schedule: Schedule<oneshot::Sender<()>>,
    breaker: Breaker,
    /// Who arrives now goes to the next process, as those before it have.
    closed: bool,
    /// The same for these keys.
    gone: BTreeSet<Key>,
}

impl Order {
    fn is_closed_to(&self, key: Option<&Key>) -> bool {
        self.closed || !self.gone.is_empty() && key.is_some_and(|key| self.gone.contains(key))
    }
}

/// A publisher that waits for room, until this is dropped.
struct InLine<'l> {
    line: &'l AtomicUsize,
    is_first: bool,
}

impl<'l> InLine<'l> {
    fn at_the_end(line: &'l AtomicUsize) -> Self {
        Self { line, is_first: line.fetch_add(1, Ordering::AcqRel) == 0 }
    }
}

impl Drop for InLine<'_> {
    fn drop(&mut self) {
        self.line.fetch_sub(1, Ordering::AcqRel);
    }
}

/// A delivery's turn.
#[derive(Debug)]
pub(super) enum Turn {
    Now,
    Later(oneshot::Receiver<()>),
    /// Not in this process.
    Elsewhere,
}

impl Turn {
    /// `false` where it does not come in this process.
    pub(super) async fn comes(self) -> bool {
        match self {
            Self::Now => true,
            Self::Elsewhere => false,
            // The sender lives in the lane, which outlives every delivery: it is dropped where the lane is cleared.
            Self::Later(told) => told.await.is_ok(),
        }
    }
}

impl Lane {
    pub(super) fn new(subscriber: &'static Subscriber, limits: Limits) -> Self {
        let order = Order {
            schedule: Schedule::new(limits.concurrency),
            breaker: Breaker::new(limits.pause_after, limits.pause),
            closed: false,
            gone: BTreeSet::new(),
        };
        Self {
            subscriber,
            limits,
            accepted: AtomicUsize::new(0),
            room: Notify::new(),
            in_line: AtomicUsize::new(0),
            order: Mutex::new(order),
            paused: AtomicBool::new(false),
            delayed: AtomicU64::new(0),
            delivered: AtomicU64::new(0),
            failed: AtomicU64::new(0),
            missed: AtomicU64::new(0),
        }
    }

    /// Takes room for one more delivery; waits where there is none. A paused subscriber holds up nobody: what does not
    /// fit becomes a dead letter, see [`Lane::overflows`].
    pub(super) async fn reserve(&self, wait: Duration) -> bool {
        if self.try_reserve() {
            return true;
        }
        let in_line = InLine::at_the_end(&self.in_line);
        let mut limit = self.limit(in_line.is_first);
        let free = async {
            loop {
                let room = self.room.notified();
                if self.take_below(limit) {
                    return;
                }
                // Fuller than `low`, or it would have been taken; and who brings it to `low` wakes all in line.
                room.await;
                limit = self.limits.capacity;
            }
        };
        tokio::time::timeout(wait, free).await.is_ok()
    }

    /// Takes room whether there is some or not: what the process before had accepted is not refused.
    pub(super) fn take(&self) {
        self.accepted.fetch_add(1, Ordering::AcqRel);
    }

    /// Takes room where there is some that nobody waits for.
    pub(super) fn try_reserve(&self) -> bool {
        self.take_below(self.limit(self.in_line.load(Ordering::Acquire) == 0))
    }

    /// Who comes later does not pass those in line, unless there is room for some.
    fn limit(&self, is_first: bool) -> usize {
        if is_first { self.limits.capacity } else { self.low() + 1 }
    }

    fn take_below(&self, limit: usize) -> bool {
        let more = |accepted: usize| {
            let fits = accepted < limit || self.paused.load(Ordering::Relaxed);
            fits.then_some(accepted + 1)
        };
        self.accepted.fetch_update(Ordering::AcqRel, Ordering::Relaxed, more).is_ok()
    }

    /// Gives the room back. Publishers that wait are woken when there is room for some: one by one they and the handlers
    /// would wait for each other at every event.
    pub(super) fn release(&self) {
        if self.accepted.fetch_sub(1, Ordering::AcqRel) - 1 == self.low() {
            self.room.notify_waiters();
        }
    }

    /// So full a lane is when there is room for some.
    fn low(&self) -> usize {
        self.limits.capacity.saturating_sub((self.limits.capacity / 16).max(1))
    }

    /// Whether more was accepted than there is room for, which happens while the subscriber is paused.
    pub(super) fn overflows(&self) -> bool {
        self.accepted() > self.limits.capacity
    }

    pub(super) fn accepted(&self) -> usize {
        self.accepted.load(Ordering::Acquire)
    }

    pub(super) fn is_paused(&self) -> bool {
        self.paused.load(Ordering::Relaxed)
    }

    /// A delivery arrives. Its place in the order is taken here, before anything is awaited.
    pub(super) fn arrive(&self, key: Option<&Key>, priority: i8) -> Turn {
        self.turn(key, |schedule, waker| schedule.arrive(key, priority, waker))
    }

    /// A delivery that rested is due again.
    pub(super) fn come_back(&self, key: Option<&Key>, priority: i8) -> Turn {
        self.turn(key, |schedule, waker| schedule.come_back(key, priority, waker))
    }

    fn turn(
        &self,
        key: Option<&Key>,
        enter: impl FnOnce(&mut Schedule<oneshot::Sender<()>>, &mut dyn FnMut() -> oneshot::Sender<()>) -> bool,
    ) -> Turn {
        let mut told = None;
        let mut waker = || {
            let (sender, receiver) = oneshot::channel();
            told = Some(receiver);
            sender
        };
        let mut order = self.order();
        if order.is_closed_to(key) {
            return Turn::Elsewhere;
        }
        let now = enter(&mut order.schedule, &mut waker);
        drop(order);
        match told {
            Some(told) if !now => Turn::Later(told),
            _ => Turn::Now,
        }
    }

    /// A delivery rests between two attempts: others may use its place, not its key.
    pub(super) fn rest(&self) {
        let begun = self.order().schedule.rest();
        self.tell(begun);
    }

    /// A resting delivery is given up.
    pub(super) fn abandon(&self, key: Option<&Key>) {
        let begun = self.order().schedule.abandon(key);
        self.tell(begun);
    }

    /// A resting delivery goes to the next process, and so does whatever waits behind it, now or later.
    pub(super) fn desert(&self, key: Option<&Key>) {
        let mut order = self.order();
        order.gone.extend(key.cloned());
        // They are told by that: nobody can give them a turn any more.
        drop(order.schedule.desert(key));
    }

    /// All who wait, and all who arrive from now on, go to the next process.
    pub(super) fn clear(&self) {
        let mut order = self.order();
        order.closed = true;
        drop(order.schedule.clear());
    }

    /// A delivery ended in its attempt: `None` where it was not tried, else whether it succeeded.
    pub(super) fn ends(&self, key: Option<&Key>, succeeded: Option<bool>) -> Change {
        let mut order = self.order();
        let change = match succeeded {
            None => Change::None,
            Some(true) => order.breaker.succeeded(),
            Some(false) => order.breaker.failed(),
        };
        let mut begun = Vec::new();
        match change {
            Change::Paused { .. } => {
                self.paused.store(true, Ordering::Relaxed);
                begun.extend(order.schedule.set_limit(0));
            }
            Change::Resumed => {
                self.paused.store(false, Ordering::Relaxed);
                begun.extend(order.schedule.set_limit(self.limits.concurrency));
            }
            Change::None => {}
        }
        begun.extend(order.schedule.leave(key));
        drop(order);
        if change != Change::None {
            // Whoever waits for room need not wait for a subscriber that is paused.
            self.room.notify_waiters();
        }
        self.tell(begun);
        change
    }

    /// The pause is over: a single delivery is tried.
    pub(super) fn probe(&self) {
        let mut order = self.order();
        order.breaker.probe();
        let begun = order.schedule.set_limit(1);
        drop(order);
        self.tell(begun);
    }

    /// Tells those that begin; one that is gone leaves at once, and others take its place.
    fn tell(&self, mut begun: Vec<Begins<oneshot::Sender<()>>>) {
        while let Some(Begins { waker, key }) = begun.pop() {
            if waker.send(()).is_err() {
                begun.extend(self.order().schedule.leave(key.as_ref()));
            }
        }
    }

    /// How many run, and how many wait for their turn.
    pub(super) fn running_and_waiting(&self) -> (usize, usize) {
        let order = self.order();
        (order.schedule.running(), order.schedule.waiting())
    }

    fn order(&self) -> MutexGuard<'_, Order> {
        // Nothing that holds the lock can panic halfway.
        self.order.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use tokio::task::yield_now;

    use super::*;
    use crate::event::Retry;
    use crate::meter::DeliveryMeter;
    use crate::plugin::Identity;

    static PLUGIN: Identity = Identity { domain: "shop", plugin: "count", name: "shop.count" };
    static METER: DeliveryMeter = DeliveryMeter::NEW;
    static SUBSCRIBER: Subscriber = Subscriber {
        number: 0,
        name: "shop.count.add",
        plugin: &PLUGIN,
        event: "order.placed",
        retry: Retry::new(0, 0),
        inline: false,
        broadcast: false,
        meter: &METER,
    };

    /// Room for 32; there is room for some at 30.
    fn full() -> &'static Lane {
        let limits = Limits { capacity: 32, ..Limits::default() };
        let lane = Box::leak(Box::new(Lane::new(&SUBSCRIBER, limits)));
        assert!((0..32).all(|_| lane.try_reserve()));
        lane
    }

    #[tokio::test(start_paused = true)]
    async fn who_comes_later_does_not_pass_a_publisher_that_waits() {
        let lane = full();
        let waits = tokio::spawn(lane.reserve(Duration::from_secs(60)));
        yield_now().await;
        lane.release();
        assert!(!lane.try_reserve(), "there is room, but somebody is in line");
        let later = tokio::spawn(lane.reserve(Duration::from_secs(60)));
        yield_now().await;
        assert!(!waits.is_finished() && !later.is_finished());
        lane.release();
        assert!(waits.await.unwrap() && later.await.unwrap());
        assert_eq!((lane.accepted(), lane.in_line.load(Ordering::Acquire)), (32, 0));
    }

    #[tokio::test(start_paused = true)]
    async fn a_publisher_that_gives_up_holds_up_nobody() {
        let lane = full();
        assert!(!lane.reserve(Duration::from_secs(1)).await);
        lane.release();
        assert!(lane.try_reserve());
    }
}
