//! What a run is told about its tick.

use jiff::Timestamp;

/// One tick of a schedule, as its handler gets it: `tick: &Tick`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tick {
    /// When it was due; of a run by hand, when it was asked for.
    pub due: Timestamp,
    /// How many ticks before it had no run of their own, because no process was there.
    pub missed: u32,
    /// The last tick whose run succeeded: what is to be done is everything since.
    pub previous: Option<Timestamp>,
    /// Whether somebody asked for the run, by the command `jobs run`.
    pub manual: bool,
}

impl Tick {
    /// A tick at this time, in milliseconds since 1970.
    pub fn of(due: i64) -> Self {
        Self { due: timestamp(due), missed: 0, previous: None, manual: false }
    }

    /// A tick at this time, for the unit tests of a handler: `plugin.nightly(&Tick::at("2027-03-01T03:00:00Z"))`.
    ///
    /// # Panics
    ///
    /// Where the text is no time of RFC 3339.
    pub fn at(due: &str) -> Self {
        let due = due.parse().unwrap_or_else(|error| panic!("`{due}` is no time, as in 2027-03-01T03:00:00Z: {error}"));
        Self { due, missed: 0, previous: None, manual: false }
    }

    /// The same with ticks before it that were missed.
    #[must_use]
    pub fn missing(self, missed: u32) -> Self {
        Self { missed, ..self }
    }

    /// The same with the last tick whose run succeeded, in milliseconds since 1970.
    #[must_use]
    pub fn after(self, previous: Option<i64>) -> Self {
        Self { previous: previous.map(timestamp), ..self }
    }

    /// The same as a run by hand.
    #[must_use]
    pub fn by_hand(self, manual: bool) -> Self {
        Self { manual, ..self }
    }
}

/// What is outside of jiff's years is its nearest edge.
fn timestamp(millis: i64) -> Timestamp {
    let edge = if millis < 0 { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::from_millisecond(millis).unwrap_or(edge)
}
