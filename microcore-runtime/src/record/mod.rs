//! What requests did, in rings that nobody waits for: requests, statements, calls of tools, own work; beside them the
//! latest lines of the log, and failures in groups.
//!
//! In: the ends of what is metered, and what it belongs to. Out: [`Record`]s, and `Causal` trees of one request or
//! event. What a request does is kept aside until its end says whether it is recorded (`aside.rs`); what a delivery or a
//! schedule's run does is recorded as it ends. There is a ring per kind, so that SQL does not wash away requests.

mod aside;
mod causal;
mod errors;
mod kept;
mod lines;
mod request;
mod ring;
mod work;

#[cfg(test)]
mod tests;

use std::ptr;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

pub use microcore_core::meter::Ended;

pub(crate) use self::aside::Aside;
pub(crate) use self::causal::{Causal, about, lasting};
pub use self::errors::{ErrorGroup, ErrorSample, buried};
pub(crate) use self::errors::{failed, groups, kind_of, panicked};
pub use self::kept::{Kind, Record};
pub(crate) use self::lines::set_levels;
pub use self::lines::{Levels, LogLine, levels_by, lines, told};
pub(crate) use self::lines::{lines_after, newest_line};
#[cfg(feature = "otlp")]
pub(crate) use self::request::{ONE_IN, sample_one_in};
pub(crate) use self::request::{Request, answered, ended, forget, requests};
use self::ring::Ring;
pub use self::work::work;
use crate::context::{Context, look};
use crate::error::Error;
use crate::event::Moment;
use crate::meter::{self, Meters, ROUTE, STATEMENT};

static REQUESTS: Ring = Ring::of(512);
static STATEMENTS: Ring = Ring::of(2048);
static CALLS: Ring = Ring::of(512);
static WORKS: Ring = Ring::of(512);
static RUNS: Ring = Ring::of(512);

/// The meters of the applications of this process, by which addresses have names.
static KNOWN: Mutex<Vec<fn() -> &'static Meters>> = Mutex::new(Vec::new());

/// From now on these have names, and what ends without a word is recorded too.
pub(crate) fn begin(meters: fn() -> &'static Meters) {
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if !known.iter().any(|known| ptr::fn_addr_eq(*known, meters)) {
        known.push(meters);
    }
    drop(known);
    meter::tell_unsaid(unsaid);
    errors::watch_panics();
}

/// The meters that have names.
fn known() -> Vec<&'static Meters> {
    KNOWN.lock().unwrap_or_else(PoisonError::into_inner).iter().map(|meters| meters()).collect()
}

/// The request that was polled on this thread last failed, by this code.
pub(crate) fn request_failed(code: &'static str, chain: String) {
    aside::fails(code, chain);
}

/// Something was published by whatever is handled: a request that leads to something is recorded.
#[inline]
pub(crate) fn leads() {
    if cfg!(feature = "observe") && look(|handled| handled.is_some_and(|context| context.kept_aside)) {
        aside::led();
    }
}

/// A statement has ended.
#[inline]
pub fn statement(ended: Option<Ended>) {
    if let Some(ended) = ended {
        note(Kind::Statement, &ended);
    }
}

/// What ended because it was dropped.
fn unsaid(ended: Ended) {
    match ended.outcomes {
        1 => note(Kind::Call, &ended),
        outcomes if outcomes == STATEMENT.len() => note(Kind::Statement, &ended),
        // The handler panicked: who answers the request asks for it.
        outcomes if outcomes == ROUTE.len() => request::ended(Some(ended)),
        _ => {}
    }
}

fn note(kind: Kind, ended: &Ended) {
    let started = Moment::of(ended.at);
    let outcome = u8::try_from(ended.outcome).unwrap_or(u8::MAX);
    keep(kind, ended.meter as u64, outcome, [started, started.after(ended.nanos)]);
}

/// Keeps what ended within whatever is handled: aside, where it is a request that has not ended, else in its ring.
fn keep(kind: Kind, what: u64, outcome: u8, times: [Moment; 2]) {
    look(|handled| match handled {
        // Nothing leads to it, so nobody would find it.
        None => {}
        Some(context) if context.kept_aside => aside::add(aside::Note { kind, what, outcome, times }),
        Some(context) => ring_of(kind).keep(&ring::Entry::within(context, what, outcome, times)),
    });
}

fn ring_of(kind: Kind) -> &'static Ring {
    match kind {
        Kind::Request => &REQUESTS,
        Kind::Statement => &STATEMENTS,
        Kind::Call => &CALLS,
        Kind::Work => &WORKS,
        Kind::Run => &RUNS,
    }
}

/// A run of a schedule or a job has ended, by its name, its plugin and its handler: what was done in this context was its.
/// A failure is noted as well.
pub fn ran(
    context: &Context,
    (name, plugin, handler): (&'static str, &str, &str),
    begun: Instant,
    failure: Option<&Error>,
) {
    if cfg!(feature = "causality") {
        let times = [Moment::of(begun), Moment::now()];
        let (what, outcome) = (ring::names().number(name) as u64, u8::from(failure.is_some()));
        let cause = context.cause.as_ref();
        ring_of(Kind::Run).keep(&ring::Entry { cause, ..ring::Entry::within(context, what, outcome, times) });
    }
    if let Some(error) = failure {
        errors::of_run(context, [plugin, handler], error);
    }
}

/// What is recorded of one kind from this number on, the oldest first; and the number of the next record.
pub(crate) fn records_from(kind: Kind, first: u64) -> (Vec<Record>, u64) {
    let (entries, next) = ring_of(kind).entries_from(kind, first);
    let known = known();
    (entries.into_iter().map(|entry| Record::of(&entry, &known)).collect(), next)
}

/// The requests that were recorded from this number on, the oldest first; the number of the next one, and how many are lost
/// that were recorded between.
pub(crate) fn requests_from(first: u64) -> (Vec<Request>, u64, u64) {
    let (records, next) = records_from(Kind::Request, first);
    let lost = if first == u64::MAX { 0 } else { next.saturating_sub(first).saturating_sub(records.len() as u64) };
    (records.iter().filter_map(Request::of).collect(), next, lost)
}

/// Everything that is recorded of one kind, the oldest first.
pub(crate) fn records(kind: Kind) -> Vec<Record> {
    let known = known();
    ring_of(kind).entries(kind).into_iter().map(|entry| Record::of(&entry, &known)).collect()
}

/// What was lost: of what, how many.
pub(crate) fn lost() -> [(&'static str, u64); 7] {
    [
        ("requests", REQUESTS.lost()),
        ("statements", STATEMENTS.lost() + aside::lost()),
        ("calls", CALLS.lost()),
        ("work", WORKS.lost()),
        ("runs", RUNS.lost()),
        ("lines", lines::lost()),
        ("errors", errors::lost()),
    ]
}
