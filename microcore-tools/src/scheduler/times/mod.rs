//! The times of a schedule: its next tick, and its last.
//!
//! In: an expression or an interval, and an instant. Out: the next instant. croner counts on the calendar, which knows no
//! zone; what a zone does to that is decided here, so that nights in which clocks are changed come out as they are
//! documented:
//!
//! - An expression without `*` in minute and hour names times of day. One that falls into a gap comes at the gap's end,
//!   one that comes twice comes at the first.
//! - One with `*` or `*/n` there goes by elapsed time: nothing is made up in a gap, and both hours of a fold count.

use croner::Cron;
use croner::parser::{CronParser, Seconds, Year};
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{Timestamp, ToSpan as _, Unit};
use microcore_runtime::error::{Error, Result};
use microcore_runtime::jobs::When;

/// How many ticks are counted one by one; more are "at least so many".
pub(super) const COUNTED: u32 = 10_000;

/// What can be computed of a schedule.
#[derive(Debug, Clone)]
pub(super) enum Times {
    Cron(Box<CronTimes>),
    /// In milliseconds, on a grid from 1970 on.
    Every(i64),
    /// In milliseconds, from the end of the last run.
    AfterEnd(i64),
}

#[derive(Debug, Clone)]
pub(super) struct CronTimes {
    cron: Cron,
    pub(super) zone: TimeZone,
    /// Whether it names times of day.
    is_fixed: bool,
}

impl Times {
    /// As one text, which a store keeps: what it says is what everybody fires.
    pub(super) fn text(when: &When, default_zone: &str) -> String {
        match when {
            When::Cron { expression, zone, both, .. } => {
                let fields: Vec<&str> = expression.split_whitespace().collect();
                Self::cron_text(&fields.join(" "), zone.unwrap_or(default_zone), *both)
            }
            When::Every { interval, from_end: false } => format!("every {interval}"),
            When::Every { interval, from_end: true } => format!("after {interval}"),
        }
    }

    pub(super) fn cron_text(expression: &str, zone: &str, both: bool) -> String {
        format!("cron {} {zone} {expression}", if both { "both" } else { "either" })
    }

    /// For people, by the text that they were read from.
    pub(super) fn words(&self, text: &str) -> String {
        match self {
            Self::Cron(times) => {
                let zone = times.zone.iana_name().unwrap_or("UTC");
                let expression = text.splitn(4, ' ').nth(3).unwrap_or(text);
                format!("{expression}, {zone}")
            }
            Self::Every(interval) => format!("every {} s", interval / 1_000),
            Self::AfterEnd(interval) => format!("{} s after the end of the last run", interval / 1_000),
        }
    }

    /// Reads such a text.
    pub(super) fn parse(text: &str) -> Result<Self> {
        let wrong = || Error::internal(format!("`{text}` says no times: a newer build may have written it"));
        let (kind, rest) = text.split_once(' ').ok_or_else(wrong)?;
        let interval = || rest.parse().ok().filter(|interval| *interval > 0).ok_or_else(wrong);
        match kind {
            "every" => interval().map(Self::Every),
            "after" => interval().map(Self::AfterEnd),
            "cron" => {
                let (days, rest) = rest.split_once(' ').ok_or_else(wrong)?;
                let (zone, expression) = rest.split_once(' ').ok_or_else(wrong)?;
                let zone = TimeZone::get(zone).map_err(|error| Error::internal(format!("{}: {error}", wrong())))?;
                let parser = CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed);
                let cron = parser.dom_and_dow(days == "both").build().parse(expression);
                let cron = cron.map_err(|error| Error::internal(format!("{}: {error}", wrong())))?;
                let is_fixed = !expression.split(' ').take(2).any(|field| field.contains('*'));
                Ok(Self::Cron(Box::new(CronTimes { cron, zone, is_fixed })))
            }
            _ => Err(wrong()),
        }
    }

    /// The first tick after this, in milliseconds since 1970.
    pub(super) fn next(&self, after: i64) -> Option<i64> {
        match self {
            Self::Every(interval) => after.div_euclid(*interval).checked_add(1)?.checked_mul(*interval),
            Self::AfterEnd(interval) => after.checked_add(*interval),
            Self::Cron(times) => {
                let after = Timestamp::from_millisecond(after).ok()?;
                times.next(after).map(Timestamp::as_millisecond)
            }
        }
    }

    /// The last tick up to `now`, and how many there are before it, of those from the tick `first` on.
    pub(super) fn last(&self, first: i64, now: i64) -> (i64, u32) {
        if let Self::Every(interval) = self {
            let last = now.div_euclid(*interval) * interval;
            if last <= first {
                return (first, 0);
            }
            return (last, u32::try_from((last - first) / interval).unwrap_or(u32::MAX).min(COUNTED));
        }
        let (mut last, mut earlier) = (first, 0);
        while let Some(next) = self.next(last).filter(|next| *next <= now) {
            if earlier == COUNTED {
                // So far away that the rest is looked for from the other end.
                return (self.latest(last, now), COUNTED);
            }
            (last, earlier) = (next, earlier + 1);
        }
        (last, earlier)
    }

    /// The last tick up to `now`, looked for in spans that grow, back from there.
    fn latest(&self, known: i64, now: i64) -> i64 {
        let mut span = 60_000;
        loop {
            let from = (now - span).max(known);
            if let Some(mut last) = self.next(from).filter(|next| *next <= now) {
                while let Some(next) = self.next(last).filter(|next| *next <= now) {
                    last = next;
                }
                return last;
            }
            if from == known {
                return known;
            }
            span *= 2;
        }
    }
}

impl CronTimes {
    fn next(&self, after: Timestamp) -> Option<Timestamp> {
        if self.is_fixed { self.next_time_of_day(after) } else { self.next_elapsed(after) }
    }

    /// The next time on the calendar.
    pub(super) fn on_the_calendar(&self, after: DateTime, inclusive: bool) -> Option<DateTime> {
        // croner counts seconds: what is below is left out, and what began before is not that second any more.
        let second = after.round(jiff::civil::DateTimeRound::new().smallest(Unit::Second).mode(jiff::RoundMode::Trunc));
        let second = second.ok()?;
        self.cron.find_next_occurrence(&second, inclusive && second == after).ok()
    }

    fn next_time_of_day(&self, after: Timestamp) -> Option<Timestamp> {
        let mut civil = self.zone.to_datetime(after);
        loop {
            civil = self.on_the_calendar(civil, false)?;
            let at = self.instant(civil)?;
            // Within a fold, times of its first half are behind us.
            if at > after {
                return Some(at);
            }
        }
    }

    /// When a time of day is: the first of two, and the end of the gap for one that is not there.
    fn instant(&self, civil: DateTime) -> Option<Timestamp> {
        match self.zone.to_ambiguous_timestamp(civil).offset() {
            AmbiguousOffset::Unambiguous { offset } => offset.to_timestamp(civil).ok(),
            AmbiguousOffset::Fold { before, .. } => before.to_timestamp(civil).ok(),
            AmbiguousOffset::Gap { after, .. } => {
                let just_before = after.to_timestamp(civil).ok()?;
                Some(self.zone.following(just_before).next()?.timestamp())
            }
        }
    }

    /// Between two changes of the clock a zone is an offset.
    fn next_elapsed(&self, after: Timestamp) -> Option<Timestamp> {
        let (mut from, mut inclusive) = (after, false);
        loop {
            let offset = self.zone.to_offset(from);
            let end = self.zone.following(from).next().map(|change| change.timestamp());
            let at = offset.to_timestamp(self.on_the_calendar(offset.to_datetime(from), inclusive)?).ok()?;
            match end.filter(|end| at >= *end) {
                None => return Some(at),
                Some(end) => (from, inclusive) = (end, true),
            }
        }
    }

    /// Nights of the year after `from` in which a time is not there or comes twice: the time of day, and whether it is
    /// missing. Only of expressions that name times of day.
    pub(super) fn surprises(&self, from: Timestamp) -> Vec<(DateTime, bool)> {
        let Ok(end) = from.checked_add((366 * 24).hours()) else { return Vec::new() };
        let mut found = Vec::new();
        if !self.is_fixed {
            return found;
        }
        for change in self.zone.following(from).take_while(|change| change.timestamp() <= end) {
            let Ok(just_before) = change.timestamp().checked_sub(1.second()) else { continue };
            let (old, new) = (self.zone.to_offset(just_before), change.offset());
            let (first, last) = if new > old {
                (old.to_datetime(change.timestamp()), new.to_datetime(change.timestamp()))
            } else {
                (new.to_datetime(change.timestamp()), old.to_datetime(change.timestamp()))
            };
            if let Some(time) = self.on_the_calendar(first, true).filter(|time| *time < last) {
                found.push((time, new > old));
            }
        }
        found
    }
}

#[cfg(test)]
mod tests;
