//! The latest publishes and deliveries with their timings, in a ring in memory.
//!
//! Nobody ever waits for it: a slot that is being read or written at the moment is passed over, and the loss is counted.

use std::borrow::Cow;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock};

use serde::Serialize;
use tokio::time::Instant;

use super::envelope::wall_clock;
use super::{Sent, Subscriber, millis};
use crate::context::Id;

/// How many records are kept.
const LATEST: usize = 1024;

/// The ring.
#[derive(Debug, Default)]
pub struct Trace {
    slots: OnceLock<Box<[Mutex<Option<Kept>>]>>,
    next: AtomicU64,
    passed_over: AtomicU64,
}

/// How a delivery, or one attempt of it, ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
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

#[derive(Debug)]
struct Kept {
    number: u64,
    id: Id,
    cause: Option<Id>,
    origin: Id,
    event: &'static str,
    emitter: Option<Cow<'static, str>>,
    subscriber: Option<&'static str>,
    attempt: u32,
    started: Instant,
    ended: Instant,
    ending: Ending,
}

/// One record of the trace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
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
}

impl Trace {
    /// Notes that an event was published.
    pub fn published(&self, sent: &Sent, event: &'static str) {
        self.keep(sent, event, None, 0, sent.at, sent.at, Ending::Published);
    }

    /// Notes that an attempt ended now.
    pub fn delivered(&self, sent: &Sent, to: &'static Subscriber, attempt: u32, started: Instant, ending: Ending) {
        self.keep(sent, to.event, Some(to.name), attempt, started, Instant::now(), ending);
    }

    #[allow(clippy::too_many_arguments, reason = "one private place builds the record")]
    fn keep(
        &self,
        sent: &Sent,
        event: &'static str,
        subscriber: Option<&'static str>,
        attempt: u32,
        started: Instant,
        ended: Instant,
        ending: Ending,
    ) {
        if cfg!(not(feature = "causality")) {
            return;
        }
        let slots = self.slots.get_or_init(|| (0..LATEST).map(|_| Mutex::default()).collect());
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let slot = usize::try_from(number).map_or(0, |number| number % LATEST);
        let Ok(mut slot) = slots[slot].try_lock() else {
            self.passed_over.fetch_add(1, Ordering::Relaxed);
            return;
        };
        let context = &sent.context;
        *slot = Some(Kept {
            number,
            id: context.id.clone(),
            cause: context.cause.clone(),
            origin: context.origin.clone(),
            event,
            emitter: sent.emitter.clone(),
            subscriber,
            attempt,
            started,
            ended,
            ending,
        });
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
        let (now, wall) = (Instant::now(), wall_clock());
        let slots = self.slots.get().into_iter().flatten();
        let mut records: Vec<TraceRecord> = slots
            .filter_map(|slot| {
                let slot = slot.try_lock().ok()?;
                let kept = slot.as_ref().filter(|kept| kept.number >= first)?;
                Some(TraceRecord {
                    number: kept.number,
                    id: kept.id.clone(),
                    cause: kept.cause.clone(),
                    origin: kept.origin.clone(),
                    event: kept.event.to_owned(),
                    emitter: kept.emitter.as_deref().map(ToOwned::to_owned),
                    subscriber: kept.subscriber.map(ToOwned::to_owned),
                    attempt: kept.attempt,
                    time: wall.saturating_sub(millis(now.saturating_duration_since(kept.started))),
                    micros: u64::try_from(kept.ended.saturating_duration_since(kept.started).as_micros())
                        .unwrap_or(u64::MAX),
                    ending: kept.ending,
                })
            })
            .collect();
        records.sort_by_key(|record| record.number);
        records
    }

    /// How many records were lost because their slot was in use.
    pub fn passed_over(&self) -> u64 {
        self.passed_over.load(Ordering::Relaxed)
    }
}
