//! The kinds of ends that the meters tell apart, each by its place in a list.

use http::StatusCode;

use super::{Begun, Timer};
use crate::event::Ending;

/// Of requests: the status; a panic is a 500. `other` is any that is not in the list; `0` is none, because the request was given up before
/// there was an answer, as the access log writes it too.
pub const ROUTE: [&str; 35] = [
    "200", "201", "202", "204", "206", "301", "302", "303", "304", "307", "308", "400", "401", "403", "404", "405",
    "406", "408", "409", "410", "412", "413", "415", "416", "422", "428", "429", "501", "502", "503", "504", "101",
    "other", "500", "0",
];
/// Of attempts to deliver an event, and of the deliveries as a whole.
pub const DELIVERY: [&str; 5] = ["delivered", "failed", "expired", "dead", "given_up"];
/// The place of a delivery that failed for good.
pub const DEAD: usize = 3;
/// Of statements: `ok`, or what the tool `db` calls the error.
pub const STATEMENT: [&str; 14] = [
    "ok",
    "unique",
    "foreign_key",
    "not_null",
    "check",
    "busy",
    "no_rows",
    "type",
    "usage",
    "syntax",
    "migration",
    "unavailable",
    "other",
    "given_up",
];

/// Of runs of schedules and jobs; the last is one that was dropped: it was cancelled, sleeps, or the process ends.
pub const RUN: [&str; 3] = ["ok", "failed", "dropped"];

/// Of a schedule, or of the worker of a job.
pub type RunMeter = Timer<{ RUN.len() }>;
/// Of a route; ends with a status.
pub type RouteMeter = Timer<{ ROUTE.len() }>;
/// Of a statement.
pub type StatementMeter = Timer<{ STATEMENT.len() }>;
/// Of what is waited for.
pub type WaitMeter = Timer<1>;

const OTHER: usize = ROUTE.len() - 3;

/// By status, from 100 on.
const PLACES: [u8; 512] = {
    let mut places = [0; 512];
    let mut status = 0;
    while status < places.len() {
        places[status] = place_of(status + 100);
        status += 1;
    }
    places
};

#[expect(clippy::cast_possible_truncation, reason = "the list is short")]
const fn place_of(status: usize) -> u8 {
    if status == 500 {
        return (OTHER + 1) as u8;
    }
    let mut place = 0;
    while place < OTHER {
        let text = ROUTE[place].as_bytes();
        let digits = [text[0], text[1], text[2]];
        if (digits[0] - b'0') as usize * 100 + (digits[1] - b'0') as usize * 10 + (digits[2] - b'0') as usize == status
        {
            return place as u8;
        }
        place += 1;
    }
    OTHER as u8
}

/// A request was answered.
#[inline]
pub fn end(begun: Begun<{ ROUTE.len() }>, status: StatusCode) {
    let place = PLACES.get(usize::from(status.as_u16()).wrapping_sub(100)).copied();
    crate::record::ended(begun.end_at(place.map_or(OTHER, usize::from)));
}

/// Of a subscriber: each attempt, and how long an event waited for its first.
#[derive(Debug)]
pub struct DeliveryMeter {
    /// The handler at work; and, without a time, deliveries that expired or are dead.
    pub handling: Timer<{ DELIVERY.len() }>,
    /// From the publishing to the start of the first attempt.
    pub wait: WaitMeter,
}

impl Default for DeliveryMeter {
    fn default() -> Self {
        Self::NEW
    }
}

impl DeliveryMeter {
    /// Nothing was delivered yet.
    #[allow(clippy::declare_interior_mutable_const, reason = "what a static begins with, and never used in place")]
    pub const NEW: Self = Self { handling: Timer::NEW, wait: WaitMeter::NEW };
}

/// The place of the end of an attempt.
#[inline]
pub fn delivery(ending: Ending) -> usize {
    match ending {
        Ending::Delivered | Ending::Published => 0,
        Ending::Failed => 1,
        Ending::Expired => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_end_of_an_attempt_has_its_name() {
        let named = [Ending::Delivered, Ending::Failed, Ending::Expired].map(|ending| DELIVERY[delivery(ending)]);
        assert_eq!(named, ["delivered", "failed", "expired"]);
    }

    #[cfg(feature = "observe")]
    #[test]
    fn every_status_has_its_place() {
        for status in 100..1000 {
            static METER: RouteMeter = RouteMeter::NEW;
            let before = METER.read();
            end(METER.begin(), StatusCode::from_u16(status).unwrap());
            let place = METER.read().since(&before).outcomes.iter().position(|count| *count == 1).unwrap();
            let name = ROUTE[place];
            assert!(name == status.to_string() || name == "other" && !ROUTE.contains(&status.to_string().as_str()));
        }
    }
}
