//! Which traces are worth a collector's room: decided when they are over, and not when they begin.
//!
//! In: marks of the spans of a trace. Out: whether it is sent. What failed or was slow always is, and what its caller
//! samples; of the rest, a share that is the same in every process, because the trace's own id decides.

use std::collections::{HashMap, VecDeque};

/// So many decisions are remembered, for what comes later: attempts that are made again, events that wait.
const REMEMBERED: usize = 8192;

/// What is known of a trace.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Marks {
    /// It failed, or was slow, or its caller samples it.
    pub(super) must: bool,
    /// Its caller does not.
    pub(super) unwanted: bool,
    /// It was recorded by chance, with so many others left out.
    pub(super) by_chance: bool,
}

impl Marks {
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            must: self.must || other.must,
            unwanted: self.unwanted || other.unwanted,
            by_chance: self.by_chance || other.by_chance,
        }
    }
}

/// Of requests that are recorded for no other reason, so many are passed over for each: a power of two, and never more
/// than without a collector.
pub(super) fn recorded_one_in(ratio: f64) -> u64 {
    let mut one_in = 1;
    while one_in < crate::record::ONE_IN && ratio * as_number(one_in * 2) <= 1.0 {
        one_in *= 2;
    }
    one_in
}

#[expect(clippy::cast_precision_loss, reason = "a share of 64 bits, or a small number")]
fn as_number(number: u64) -> f64 {
    number as f64
}

/// The decisions.
#[derive(Debug)]
pub(super) struct Tail {
    ratio: f64,
    /// Which share of what was recorded by chance is sent, so that the whole comes to the ratio.
    ratio_of_chance: f64,
    decided: HashMap<[u64; 2], bool>,
    order: VecDeque<[u64; 2]>,
}

impl Tail {
    pub(super) fn of(ratio: f64) -> Self {
        // A debug build records everything.
        let one_in = if cfg!(debug_assertions) { 1 } else { recorded_one_in(ratio) };
        let ratio_of_chance = (ratio * as_number(one_in)).min(1.0);
        Self { ratio, ratio_of_chance, decided: HashMap::new(), order: VecDeque::new() }
    }

    /// Whether this trace is sent.
    pub(super) fn keeps(&mut self, trace: [u64; 2], marks: Marks) -> bool {
        let known = self.decided.get(&trace).copied();
        let kept = marks.must || known.unwrap_or_else(|| !marks.unwanted && self.is_in_share(trace, marks));
        if known != Some(kept) {
            self.decided.insert(trace, kept);
            if known.is_none() {
                self.order.push_back(trace);
            }
            if self.order.len() > REMEMBERED
                && let Some(oldest) = self.order.pop_front()
            {
                self.decided.remove(&oldest);
            }
        }
        kept
    }

    /// The low half of a trace's id is as good as random.
    fn is_in_share(&self, [_, low]: [u64; 2], marks: Marks) -> bool {
        let ratio = if marks.by_chance { self.ratio_of_chance } else { self.ratio };
        ratio >= 1.0 || as_number(low) < ratio * as_number(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::Id;

    #[test]
    fn what_failed_is_sent_and_of_the_rest_a_share() {
        let mut tail = Tail::of(0.25);
        let traces: Vec<[u64; 2]> = (0..4_000).map(|_| Id::make().trace()).collect();
        let kept = traces.iter().filter(|trace| tail.keeps(**trace, Marks::default())).count();
        assert!((850..1_150).contains(&kept), "{kept}");
        let must = Marks { must: true, unwanted: true, ..Marks::default() };
        assert!(traces.iter().all(|trace| tail.keeps(*trace, must)));
        // What was decided once holds for what comes later.
        assert!(traces.iter().all(|trace| tail.keeps(*trace, Marks::default())));
        let unwanted = Marks { unwanted: true, ..Marks::default() };
        let others: Vec<[u64; 2]> = (0..100).map(|_| Id::make().trace()).collect();
        assert!(!others.iter().any(|trace| tail.keeps(*trace, unwanted)));
    }

    #[test]
    fn two_processes_decide_alike() {
        let (mut one, mut other) = (Tail::of(0.5), Tail::of(0.5));
        for _ in 0..500 {
            let trace = Id::make().trace();
            assert_eq!(one.keeps(trace, Marks::default()), other.keeps(trace, Marks::default()));
        }
    }

    #[test]
    fn no_more_is_recorded_than_the_share_needs() {
        for (ratio, one_in) in [(1.0, 1), (0.6, 1), (0.5, 2), (0.1, 8), (0.01, 64), (0.0, 64)] {
            assert_eq!(recorded_one_in(ratio), one_in, "{ratio}");
        }
    }

    #[test]
    fn decisions_are_forgotten_in_their_order() {
        let mut tail = Tail::of(0.0);
        for number in 0..REMEMBERED as u64 + 10 {
            tail.keeps([1, number], Marks { must: number == 0, ..Marks::default() });
        }
        assert_eq!((tail.decided.len(), tail.order.len()), (REMEMBERED, REMEMBERED));
        assert!(!tail.decided.contains_key(&[1, 0]));
    }
}
