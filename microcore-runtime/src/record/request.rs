//! The end of a request: whether it is recorded, and its record.
//!
//! Recorded is what failed, what was slow, what led to something, what its caller samples, and one in 64 of the rest; in
//! debug builds everything.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use hyper::body::Body as _;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::aside::{self, Aside};
use super::ring::Entry;
use super::{Ended, Kind, Record, errors, known, records, ring_of};
use crate::context::{Context, Id, IdShape};
use crate::event::Moment;
use crate::meter::Meters;
use crate::response::Response;

/// Of the rest, one in so many, a power of two; fewer are passed over where a collector wants more.
pub(crate) const ONE_IN: u64 = 64;
static PASSED_OVER: AtomicU64 = AtomicU64::new(ONE_IN - 1);

/// From now on one in so many is recorded of what is recorded for no other reason: a power of two.
#[cfg(feature = "otlp")]
pub(crate) fn sample_one_in(count: u64) {
    PASSED_OVER.store(count - 1, Ordering::Relaxed);
}
/// What takes less is not slow, whatever its route usually takes.
const SLOW: u64 = 100_000_000;

thread_local! {
    static LAST: LastEnded = const { LastEnded { meter: Cell::new(0), nanos: Cell::new(0), at: Cell::new(None) } };
}

/// The route whose handler was the last to end on this thread: what a record needs of it, each word by itself, because
/// every request writes them and few are read.
struct LastEnded {
    /// The address of its meter; 0 where there is none.
    meter: Cell<usize>,
    nanos: Cell<u64>,
    at: Cell<Option<Instant>>,
}

/// The same, taken out.
#[derive(Debug, Clone, Copy)]
pub(super) struct Last {
    pub(super) meter: u64,
    nanos: u64,
    at: Instant,
}

impl LastEnded {
    fn take(&self) -> Option<Last> {
        let (meter, nanos) = (self.meter.replace(0), self.nanos.replace(0));
        let at = self.at.get().filter(|_| meter != 0)?;
        Some(Last { meter: meter as u64, nanos, at })
    }
}

/// Why a request is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "SystemRequestReason")]
pub(crate) enum Reason {
    /// It was answered with 500 or more.
    Failed,
    /// It took longer than 99 of 100 of its route, and 100 ms at least.
    Slow,
    /// It published something.
    Led,
    /// Its caller samples it, or it is one in 64.
    Sampled,
    /// This is a debug build.
    Debug,
}

const REASONS: [Reason; 5] = [Reason::Failed, Reason::Slow, Reason::Led, Reason::Sampled, Reason::Debug];

/// A request that is recorded.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "SystemRequest")]
pub(crate) struct Request {
    pub(crate) id: String,
    /// The trace that it belongs to, as 32 hexadecimal digits.
    pub(crate) trace: String,
    /// `POST`; nothing where no route has it.
    pub(crate) method: String,
    /// The route's pattern, `(no route)` or `(edge)`.
    pub(crate) path: String,
    pub(crate) plugin: Option<String>,
    pub(crate) handler: Option<String>,
    pub(crate) status: u16,
    /// When it began: milliseconds since 1970.
    pub(crate) time: u64,
    pub(crate) micros: u64,
    /// Of the answer's body, before it is compressed; 0 where that is a stream.
    pub(crate) bytes: u64,
    pub(crate) reason: Reason,
    /// Whether its caller samples it, where that is known.
    pub(crate) sampled: Option<bool>,
}

#[cfg(feature = "otlp")]
impl Request {
    /// Whether it is worth a look in any case.
    pub(crate) fn is_remarkable(&self) -> bool {
        matches!(self.reason, Reason::Failed | Reason::Slow)
    }

    /// Whether others like it were passed over.
    pub(crate) fn is_by_chance(&self) -> bool {
        matches!(self.reason, Reason::Sampled)
    }
}

/// A route's handler has ended.
#[inline]
pub(crate) fn ended(ended: Option<Ended>) {
    if let Some(ended) = ended.filter(|_| cfg!(feature = "causality")) {
        LAST.with(|last| {
            last.meter.set(ended.meter);
            last.nanos.set(ended.nanos);
            last.at.set(Some(ended.at));
        });
    }
}

/// The request that was polled on this thread last is answered. Without feature `observe` nothing is known of it.
#[inline]
pub(crate) fn answered(id: &Id, context: impl FnOnce() -> Context, response: &Response) {
    if !cfg!(feature = "causality") || !cfg!(feature = "observe") {
        return;
    }
    let aside = Aside::leave();
    let is_long = LAST.with(|last| last.nanos.get() >= SLOW);
    let is_sampled = cfg!(debug_assertions) || is_one_in(id);
    if is_sampled || aside.is_some() || is_long || response.status().as_u16() >= 500 {
        decide(&context(), LAST.with(LastEnded::take), aside, response);
    }
}

/// The request that was polled on this thread last is nobody's business.
pub(crate) fn forget() {
    LAST.with(LastEnded::take);
    if let Some(aside) = Aside::leave() {
        aside.rest();
    }
}

/// One request in so many: whatever made the id, its last bits are as good as random over many.
#[inline]
fn is_one_in(id: &Id) -> bool {
    let number = match id.shape() {
        IdShape::Made([_, number]) => number,
        IdShape::Adopted(_) => id.span(0),
    };
    number & PASSED_OVER.load(Ordering::Relaxed) == 0
}

#[cold]
fn decide(context: &Context, last: Option<Last>, aside: Option<Box<Aside>>, response: &Response) {
    let mut aside = aside.unwrap_or_default();
    let failure = aside.failure.take();
    if let Some((code, chain)) = failure {
        errors::of_request(context, last.as_ref(), code, chain);
    }
    let status = response.status().as_u16();
    let reason = match &last {
        _ if status >= 500 => Some(Reason::Failed),
        Some(last) if is_slow(last) => Some(Reason::Slow),
        _ if aside.led => Some(Reason::Led),
        _ if context.sampled == Some(true) || is_one_in(&context.id) => Some(Reason::Sampled),
        _ => cfg!(debug_assertions).then_some(Reason::Debug),
    };
    if let Some(reason) = reason {
        record(context, last, &aside, reason, response);
    }
    aside.rest();
}

/// Over its own p99: as far as its route has one that means something.
fn is_slow(last: &Last) -> bool {
    let within = || {
        let route = route(&known(), last.meter)?;
        route.meter.read().within(0.99)
    };
    last.nanos >= SLOW && within().is_none_or(|within| Duration::from_nanos(last.nanos) >= within)
}

fn record(context: &Context, last: Option<Last>, aside: &Aside, reason: Reason, response: &Response) {
    let now = Moment::now();
    let (what, times) = last.map_or((0, [now, now]), |last| {
        let started = Moment::of(last.at);
        (last.meter, [started, started.after(last.nanos)])
    });
    let entry = Entry {
        what,
        outcome: 0,
        times,
        id: &context.id,
        cause: context.cause.as_ref(),
        origin: &context.origin,
        attempt: 0,
        extra: u64::from(response.status().as_u16())
            | (reason as u64) << 16
            | context.sampled.map_or(0, |sampled| 1 + u64::from(sampled)) << 24,
        bytes: response.body().size_hint().exact().unwrap_or_default(),
    };
    ring_of(Kind::Request).keep(&entry);
    for note in &aside.notes {
        let aside::Note { kind, what, outcome, times } = *note;
        ring_of(kind).keep(&Entry { extra: 0, bytes: 0, cause: None, what, outcome, times, ..entry });
    }
}

/// The requests that are recorded, the oldest first.
pub(crate) fn requests() -> Vec<Request> {
    records(Kind::Request).iter().filter_map(Request::of).collect()
}

/// A route's meter and its names.
pub(super) struct Named {
    pub(super) meter: &'static crate::meter::RouteMeter,
    pub(super) method: &'static str,
    pub(super) path: &'static str,
    pub(super) plugin: Option<&'static str>,
    pub(super) handler: Option<&'static str>,
}

/// The route that has a meter at this address.
pub(super) fn route(known: &[&'static Meters], address: u64) -> Option<Named> {
    let is_it = |meter: &'static crate::meter::RouteMeter| std::ptr::from_ref(meter).addr() as u64 == address;
    let routes = known.iter().flat_map(|meters| meters.routes).map(|route| Named {
        meter: route.meter,
        method: route.method,
        path: route.path,
        plugin: Some(route.plugin.name),
        handler: Some(route.handler),
    });
    let beside =
        Meters::beside_routes().map(|(path, meter)| Named { meter, method: "", path, plugin: None, handler: None });
    routes.chain(beside).find(|route| is_it(route.meter))
}

impl Request {
    pub(crate) fn of(record: &Record) -> Option<Self> {
        let status = u16::try_from(record.extra & 0xffff).unwrap_or_default();
        let reason = *REASONS.get(usize::try_from(record.extra >> 16 & 0xff).ok()?)?;
        let [high, low] = record.origin.trace();
        Some(Self {
            id: record.id.to_string(),
            trace: format!("{high:016x}{low:016x}"),
            method: record.method.clone().unwrap_or_default(),
            path: record.name.clone(),
            plugin: record.plugin.clone(),
            handler: record.handler.clone(),
            status,
            time: record.time,
            micros: record.micros,
            bytes: record.bytes,
            reason,
            sampled: [None, Some(false), Some(true)].get(usize::try_from(record.extra >> 24 & 3).ok()?).copied()?,
        })
    }
}
