//! What the macros write down of a schedule. Data only.

use crate::event::Retry;
use crate::plugin::Identity;

/// A schedule of a plugin.
#[derive(Debug, Clone, Copy)]
pub struct ScheduleFacts {
    /// The handler's name: `nightly`.
    pub handler: &'static str,
    /// A name of its own; empty where it is that of its handler, see [`ScheduleFacts::name_in`].
    pub name: &'static str,
    /// The first sentence of its documentation.
    pub doc: &'static str,
    /// Its times.
    pub when: When,
    /// What becomes of ticks that nobody was there for.
    pub missed: Missed,
    /// A tick that can't begin in this time, in milliseconds, is not run.
    pub late: Option<u64>,
    /// What becomes of a tick while the last run is under way.
    pub overlap: Overlap,
    /// It begins later by up to this, in milliseconds.
    pub jitter: u64,
    /// How often a failing run is repeated.
    pub retry: Retry,
    /// How long a run may take, in milliseconds; 0 where there is no limit.
    pub timeout: u64,
    /// Every process runs it, and nothing is stored.
    pub broadcast: bool,
    /// Its handler is a plain `fn`, which nothing can stop.
    pub blocking: bool,
}

impl ScheduleFacts {
    /// `users.purge_unconfirmed.nightly`, unless it has a name of its own.
    pub fn name_in(&self, plugin: &Identity) -> String {
        if self.name.is_empty() { format!("{}.{}", plugin.name, self.handler) } else { self.name.to_owned() }
    }

    /// When it runs, in words: `at 03:00, Europe/Berlin`, `every 5m`.
    pub fn words(&self) -> String {
        match self.when {
            When::Cron { words, zone: Some(zone), .. } => format!("{words}, {zone}"),
            When::Cron { words, .. } => words.to_owned(),
            When::Every { interval, from_end } => {
                let after = if from_end { ", from the end of the last run" } else { "" };
                let each = if self.broadcast { ", in each process" } else { "" };
                format!("every {}{after}{each}", duration(interval))
            }
        }
    }
}

/// `90s`, `5m`, `7d`: the largest unit that says it whole.
pub(super) fn duration(millis: u64) -> String {
    let units = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1_000, "s")];
    let fitting = units.into_iter().find(|(unit, _)| millis >= *unit && millis.is_multiple_of(*unit));
    fitting.map_or_else(|| format!("{millis}ms"), |(unit, name)| format!("{}{name}", millis / unit))
}

/// The times of a schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// A cron expression.
    Cron {
        /// `0 3 * * *`.
        expression: &'static str,
        /// Whose clock; `SCHEDULER_ZONE` where it is not said.
        zone: Option<&'static str>,
        /// Where it names days of the month and weekdays: a day must be of both kinds, and not of either.
        both: bool,
        /// What it means: `at 03:00`.
        words: &'static str,
    },
    /// An interval.
    Every {
        /// In milliseconds.
        interval: u64,
        /// It is counted from the end of the last run, and not on a grid.
        from_end: bool,
    },
}

/// What becomes of ticks that nobody was there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missed {
    /// One run for all of them.
    Once,
    /// None is run.
    Skip,
    /// Each is run, the last 100 at the most.
    All,
}

/// What becomes of a tick while the last run is under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overlap {
    /// It is recorded as skipped.
    Skip,
    /// One waits.
    Wait,
    /// Both run.
    Allow,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_is_said_in_its_largest_unit() {
        let said = [(7 * 86_400_000, "7d"), (5_400_000, "90m"), (1_500, "1500ms"), (90_000, "90s"), (3_600_000, "1h")];
        for (millis, text) in said {
            assert_eq!(duration(millis), text);
        }
    }
}
