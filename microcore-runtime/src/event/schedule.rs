//! Who may run next at one subscriber: the order of its deliveries as a plain state machine, without time and tasks.
//!
//! In: deliveries that arrive, rest between two attempts, and leave. Out: which of them begin. Deliveries of one key
//! begin one after the other in the order of arrival, and a key stays taken while its delivery rests; all others begin
//! by priority, then by arrival, as many at once as the limit allows.

use std::cmp::Reverse;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// What keeps deliveries in order: events of one key are handled one after the other.
pub type Key = Arc<str>;

/// The order of the deliveries of one subscriber; `W` is how a waiting one is told.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Schedule<W> {
    limit: usize,
    running: usize,
    arrived: u64,
    /// Those that wait for a place, the next one first.
    ready: BTreeMap<(Reverse<i8>, u64), Waiting<W>>,
    /// The keys that are taken, each with those that wait behind.
    keys: BTreeMap<Key, VecDeque<(i8, u64, W)>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Waiting<W> {
    key: Option<Key>,
    waker: W,
}

/// A delivery that begins now.
#[derive(Debug)]
pub struct Begins<W> {
    /// How it is told.
    pub waker: W,
    /// The key that it holds.
    pub key: Option<Key>,
}

impl<W> Schedule<W> {
    /// At most `limit` deliveries run at once.
    pub fn new(limit: usize) -> Self {
        Self { limit, running: 0, arrived: 0, ready: BTreeMap::new(), keys: BTreeMap::new() }
    }

    /// How many run now.
    pub fn running(&self) -> usize {
        self.running
    }

    /// How many wait for a place or for their key.
    pub fn waiting(&self) -> usize {
        self.ready.len() + self.keys.values().map(VecDeque::len).sum::<usize>()
    }

    /// A delivery arrives: `true` where it begins at once, and then `waker` is not asked for.
    pub fn arrive(&mut self, key: Option<&Key>, priority: i8, waker: impl FnOnce() -> W) -> bool {
        self.arrived += 1;
        if let Some(key) = key {
            if let Some(behind) = self.keys.get_mut(key) {
                behind.push_back((priority, self.arrived, waker()));
                return false;
            }
            self.keys.insert(Arc::clone(key), VecDeque::new());
        }
        self.take_place(key.cloned(), priority, waker)
    }

    /// A delivery that rested comes back; it holds its key still.
    pub fn come_back(&mut self, key: Option<&Key>, priority: i8, waker: impl FnOnce() -> W) -> bool {
        self.arrived += 1;
        self.take_place(key.cloned(), priority, waker)
    }

    fn take_place(&mut self, key: Option<Key>, priority: i8, waker: impl FnOnce() -> W) -> bool {
        if self.ready.is_empty() && self.running < self.limit {
            self.running += 1;
            return true;
        }
        self.ready.insert((Reverse(priority), self.arrived), Waiting { key, waker: waker() });
        false
    }

    /// A delivery that failed rests until its next attempt: its place is free, its key is not.
    pub fn rest(&mut self) -> Vec<Begins<W>> {
        self.running -= 1;
        self.begin()
    }

    /// A running delivery is done with: its place and its key are free.
    pub fn leave(&mut self, key: Option<&Key>) -> Vec<Begins<W>> {
        self.running -= 1;
        self.release(key);
        self.begin()
    }

    /// A resting delivery is given up: its key is free.
    pub fn abandon(&mut self, key: Option<&Key>) -> Vec<Begins<W>> {
        self.release(key);
        self.begin()
    }

    /// A resting delivery goes elsewhere, and so do those that wait behind it for its key.
    pub fn desert(&mut self, key: Option<&Key>) -> Vec<W> {
        let behind = key.and_then(|key| self.keys.remove(key)).unwrap_or_default();
        behind.into_iter().map(|(_, _, waker)| waker).collect()
    }

    /// Everybody who waits goes elsewhere; those that run and rest keep what they have.
    pub fn clear(&mut self) -> Vec<W> {
        let ready = std::mem::take(&mut self.ready).into_values().map(|waiting| waiting.waker);
        let behind = self.keys.values_mut().flat_map(std::mem::take).map(|(_, _, waker)| waker);
        ready.chain(behind).collect()
    }

    fn release(&mut self, key: Option<&Key>) {
        let Some(key) = key else { return };
        match self.keys.get_mut(key).and_then(VecDeque::pop_front) {
            Some((priority, arrived, waker)) => {
                let key = Some(Arc::clone(key));
                self.ready.insert((Reverse(priority), arrived), Waiting { key, waker });
            }
            None => drop(self.keys.remove(key)),
        }
    }

    /// From now on at most `limit` run at once; 0 holds back everybody who has not begun.
    pub fn set_limit(&mut self, limit: usize) -> Vec<Begins<W>> {
        self.limit = limit;
        self.begin()
    }

    fn begin(&mut self) -> Vec<Begins<W>> {
        let mut begun = Vec::new();
        while self.running < self.limit
            && let Some((_, Waiting { key, waker })) = self.ready.pop_first()
        {
            self.running += 1;
            begun.push(Begins { waker, key });
        }
        begun
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(begun: Vec<Begins<&'static str>>) -> Vec<&'static str> {
        begun.into_iter().map(|begins| begins.waker).collect()
    }

    #[test]
    fn one_key_goes_one_after_the_other_while_others_flow() {
        let (a, b) = (Key::from("a"), Key::from("b"));
        let mut schedule = Schedule::new(8);
        assert!(schedule.arrive(Some(&a), 0, || "a1"));
        assert!(!schedule.arrive(Some(&a), 0, || "a2"));
        assert!(!schedule.arrive(Some(&a), 9, || "a3"));
        assert!(schedule.arrive(Some(&b), 0, || "b1"));
        assert!(schedule.arrive(None, 0, || "free"));
        // Resting keeps the key; coming back needs a place only.
        assert!(schedule.rest().is_empty());
        assert!(schedule.come_back(Some(&a), 0, || "a1 again"));
        assert_eq!(names(schedule.leave(Some(&a))), ["a2"]);
        assert_eq!(names(schedule.leave(Some(&a))), ["a3"], "priority does not change the order within a key");
        assert!(schedule.leave(Some(&a)).is_empty());
        assert!(schedule.arrive(Some(&a), 0, || "a4"), "the key is free again");
    }

    #[test]
    fn places_are_given_by_priority_then_by_arrival() {
        let mut schedule = Schedule::new(1);
        assert!(schedule.arrive(None, 0, || "first"));
        for (name, priority) in [("low", -1), ("early", 0), ("late", 0), ("high", 5)] {
            assert!(!schedule.arrive(None, priority, || name));
        }
        let order: Vec<_> = (0..4).flat_map(|_| names(schedule.leave(None))).collect();
        assert_eq!(order, ["high", "early", "late", "low"]);
        assert_eq!((schedule.waiting(), schedule.running()), (0, 1));
    }

    #[test]
    fn a_limit_of_none_holds_back_and_one_lets_a_single_one_try() {
        let mut schedule = Schedule::new(2);
        assert!(schedule.set_limit(0).is_empty());
        assert!(!schedule.arrive(None, 0, || "probe"));
        assert!(!schedule.arrive(None, 0, || "next"));
        assert_eq!(names(schedule.set_limit(1)), ["probe"]);
        assert!(schedule.leave(None).len() == 1);
    }

    #[test]
    fn whoever_waits_can_be_sent_elsewhere_behind_one_key_or_all_together() {
        let key = Key::from("a");
        let mut schedule = Schedule::new(1);
        assert!(schedule.arrive(Some(&key), 0, || "a1"));
        assert!(!schedule.arrive(Some(&key), 0, || "a2"));
        assert!(!schedule.arrive(None, 0, || "free"));
        assert_eq!(names(schedule.rest()), ["free"]);
        assert_eq!(schedule.desert(Some(&key)), ["a2"]);
        assert!(!schedule.arrive(Some(&key), 0, || "a3") && !schedule.arrive(Some(&key), 0, || "a4"));
        assert_eq!(schedule.clear(), ["a3", "a4"]);
        assert_eq!((schedule.waiting(), schedule.running()), (0, 1));
    }

    #[test]
    fn a_resting_delivery_that_is_given_up_frees_its_key() {
        let key = Key::from("a");
        let mut schedule = Schedule::new(2);
        assert!(schedule.arrive(Some(&key), 0, || "one"));
        assert!(!schedule.arrive(Some(&key), 0, || "two"));
        assert!(schedule.rest().is_empty());
        assert_eq!(names(schedule.abandon(Some(&key))), ["two"]);
    }
}
