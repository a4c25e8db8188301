//! The latest publishes and deliveries with their timings, in a ring in memory.
//!
//! In: what happened to an event. Out: [`TraceRecord`]s. Nobody ever waits for it: records are words in a [`Slot`], which
//! has no lock, and names are numbers. A place that is being written at the moment is passed over, and the loss is
//! counted: it takes a writer that falls asleep for a whole round of the ring.

#[cfg(test)]
mod tests;
mod words;

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde::Serialize;

pub(super) use self::words::Named;
use self::words::{Kept, WORDS};
use super::envelope::wall_clock;
use super::sent::SentAt;
use super::{Envelope, Moment, Sent, Subscriber};
use crate::context::Id;
use crate::meter;
use crate::ring::{Names, Slot};

/// How many records are kept.
const LATEST: usize = 1024;

/// The ring.
#[derive(Debug, Default)]
pub struct Trace {
    ring: OnceLock<Ring>,
    next: AtomicU64,
    passed_over: AtomicU64,
}

#[derive(Debug)]
struct Ring {
    slots: Box<[Slot<AtomicU64, WORDS>]>,
    names: Names,
}

impl Default for Ring {
    fn default() -> Self {
        Self { slots: (0..LATEST).map(|_| Slot::default()).collect(), names: Names::default() }
    }
}

/// Counts and times an attempt, and how long an event waited for its first.
#[inline]
fn measure(sent: &Sent, to: &'static Subscriber, attempt: u32, [started, ended]: [Moment; 2], ending: Ending) {
    let meter = to.meter;
    meter.handling.took(nanos(ended.since(started)), meter::delivery(ending));
    if attempt == 1 && !to.inline {
        meter.wait.took(waited(sent, started), 0);
    }
}

/// From the publishing to the start. What another process published is only known to the millisecond.
fn waited(sent: &Sent, started: Moment) -> u64 {
    let waited = match sent.at {
        SentAt::Here(at) => started.since(at),
        SentAt::Elsewhere(time) => Duration::from_millis(started.wall_clock().saturating_sub(time)),
    };
    nanos(waited)
}

#[inline]
fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

/// How a delivery, or one attempt of it, ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Ending {
    /// It is a publish: nothing was delivered yet.
    Published,
    /// The handler succeeded.
    Delivered,
    /// The handler failed; the next attempt is a record of its own.
    Failed,
    /// The event's time was over; the handler was not called.
    Expired,
}

/// One record of the trace.
///
/// ```
/// use microcore_runtime::event::{Ending, TraceRecord};
///
/// /// The longest delivery that succeeded, out of `bus.trace()`.
/// fn slowest(trace: &[TraceRecord]) -> Option<&TraceRecord> {
///     trace.iter().filter(|record| record.ending == Ending::Delivered).max_by_key(|record| record.micros)
/// }
/// # assert!(slowest(&[]).is_none());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[non_exhaustive]
pub struct TraceRecord {
    /// Counted from the start of the process.
    pub number: u64,
    /// The event's id.
    pub id: Id,
    /// Its parent.
    pub cause: Option<Id>,
    /// The first of its chain.
    pub origin: Id,
    /// The event's name.
    pub event: String,
    /// Who published it.
    pub emitter: Option<String>,
    /// Who it was delivered to; `None` for a publish.
    pub subscriber: Option<String>,
    /// Which attempt it was; 0 where the handler was not called.
    pub attempt: u32,
    /// When it began: milliseconds since 1970.
    pub time: u64,
    /// How long it took, in microseconds.
    pub micros: u64,
    /// How it ended.
    pub ending: Ending,
    /// When it began, in nanoseconds since the start of the process.
    #[serde(skip)]
    pub(crate) started: u64,
}

impl Trace {
    /// Notes that an event was published; gives its names for further records.
    #[inline]
    pub(super) fn published(&self, sent: &Sent, event: &'static str) -> Named {
        let at = match sent.at {
            SentAt::Here(at) => at,
            SentAt::Elsewhere(_) => Moment::now(),
        };
        let named = self.named(sent, event);
        self.keep(sent, named, None, 0, [at, at], Ending::Published);
        named
    }

    /// Notes that an event which a transaction published is handed on now.
    pub fn relayed(&self, envelope: &Envelope, event: &'static str) {
        if cfg!(feature = "causality") {
            self.published(&Sent::restored(envelope, event), event);
        }
    }

    /// The names that the records of an event share.
    #[inline]
    pub(super) fn named(&self, sent: &Sent, event: &'static str) -> Named {
        Named::new(sent, event, &self.ring().names)
    }

    #[inline]
    fn ring(&self) -> &Ring {
        self.ring.get_or_init(Ring::default)
    }

    /// Notes that an attempt ended now.
    pub fn delivered(&self, sent: &Sent, to: &'static Subscriber, attempt: u32, started: Moment, ending: Ending) {
        if cfg!(feature = "causality") || cfg!(feature = "observe") {
            let times = [started, Moment::now()];
            measure(sent, to, attempt, times, ending);
            if cfg!(feature = "causality") {
                self.keep(sent, self.named(sent, to.event), Some(to.name), attempt, times, ending);
            }
        }
    }

    /// Notes a call of an inline subscriber.
    #[inline]
    pub(super) fn called(
        &self,
        sent: &Sent,
        named: Named,
        to: &'static Subscriber,
        times: [Moment; 2],
        ending: Ending,
    ) {
        measure(sent, to, 1, times, ending);
        self.keep(sent, named, Some(to.name), 1, times, ending);
    }

    #[inline]
    fn keep(
        &self,
        sent: &Sent,
        named: Named,
        subscriber: Option<&'static str>,
        attempt: u32,
        [started, ended]: [Moment; 2],
        ending: Ending,
    ) {
        let ring = self.ring();
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let slot = &ring.slots[usize::try_from(number).map_or(0, |number| number % LATEST)];
        let kept = Kept { named, subscriber, attempt, started, ended, ending };
        if !slot.write(number, |words| kept.write(sent, &ring.names, words)) {
            self.passed_over.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// The latest records, the oldest first.
    pub fn records(&self) -> Vec<TraceRecord> {
        self.records_from(0)
    }

    /// The number that the next record gets.
    pub fn next_number(&self) -> u64 {
        self.next.load(Ordering::Relaxed)
    }

    /// Those of the latest records that have this number or a higher one, the oldest first.
    pub fn records_from(&self, first: u64) -> Vec<TraceRecord> {
        let Some(ring) = self.ring.get() else { return Vec::new() };
        let now = (Moment::now(), wall_clock());
        let records = ring.slots.iter().filter_map(Slot::read).filter(|(number, _)| *number >= first);
        let mut records: Vec<TraceRecord> =
            records.map(|(number, words)| words::read(number, &words, &ring.names, now)).collect();
        records.sort_by_key(|record| record.number);
        records
    }

    /// How many records were lost because their slot was in use.
    pub fn passed_over(&self) -> u64 {
        self.passed_over.load(Ordering::Relaxed)
    }
}
