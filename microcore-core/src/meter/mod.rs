//! What is counted and timed, and how: a meter is a static that generated code writes.
//!
//! In: the beginnings and ends of work. Out: [`Reading`]s. An update takes no lock and allocates nothing: each thread has
//! counts of its own in every meter (`seat.rs`, `counts.rs`), and readers add them up. Without the feature `observe` the
//! types are empty, and so are their methods.

#[cfg(feature = "observe")]
mod counts;
mod grid;
mod reading;
#[cfg(feature = "observe")]
mod seat;
#[cfg(feature = "observe")]
mod slowest;
mod tally;
mod timer;
#[cfg(feature = "observe")]
mod word;

#[cfg(all(test, feature = "observe"))]
mod tests;

use std::sync::OnceLock;

pub use self::grid::{BOUNDS, PLACES};
pub use self::reading::{Reading, Slowest};
pub use self::tally::Tally;
pub use self::timer::{Begun, Ended, Meter};

/// Of a method of a tool, which ends in one way only: nobody says how.
pub type CallMeter = Meter<1>;

/// The meter of a method of a tool. `#[tool]` writes it.
#[derive(Debug)]
pub struct CallMetered {
    /// `send`.
    pub method: &'static str,
    /// Its meter.
    pub meter: &'static CallMeter,
}

/// Gives the trace that the running task belongs to, as two words.
pub type CurrentTrace = fn() -> Option<[u64; 2]>;

#[cfg_attr(not(feature = "observe"), allow(dead_code, reason = "nobody asks then"))]
static CURRENT_TRACE: OnceLock<CurrentTrace> = OnceLock::new();

/// Says how the trace of the running task is known. The first word counts.
pub fn trace_by(current: CurrentTrace) {
    let _ = CURRENT_TRACE.set(current);
}

#[cfg_attr(not(feature = "observe"), allow(dead_code, reason = "nothing ends then"))]
static UNSAID: OnceLock<fn(Ended)> = OnceLock::new();

/// Says who is told of what ends without a word: calls of tools, and what is given up or panics. The first word counts.
pub fn tell_unsaid(told: fn(Ended)) {
    let _ = UNSAID.set(told);
}

#[cfg(feature = "observe")]
#[inline]
fn ended_unsaid(ended: Ended) {
    if let Some(told) = UNSAID.get() {
        told(ended);
    }
}
