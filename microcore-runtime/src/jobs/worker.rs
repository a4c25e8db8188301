//! Who works on a job: what the macros write down of `#[job(ReportWanted, …)]`, and the trait that lets an event be
//! enqueued.

use serde::Serialize;

use crate::event::{Event, Retry};
use crate::meter::RunMeter;
use crate::plugin::Identity;

/// A worker of a plugin. Data only.
#[derive(Debug, Clone, Copy)]
pub struct JobFacts {
    /// The event's type: `ReportWanted`.
    pub event: &'static str,
    /// The handler's name.
    pub handler: &'static str,
    /// The first sentence of its documentation.
    pub doc: &'static str,
    /// How often a failing attempt is repeated.
    pub retry: Retry,
    /// How long an attempt may take, in milliseconds; 0 where there is no limit.
    pub timeout: u64,
    /// Its handler is a plain `fn`, which nothing can stop.
    pub blocking: bool,
    /// Of which jobs there is one at a time.
    pub unique: Option<Unique>,
    /// The field whose value is a line: in one line, one runs at a time, in order.
    pub key: Option<&'static str>,
    /// How many run at once in all processes; 0: any number.
    pub at_once: u32,
    /// How many begin in which time, in all processes.
    pub rate: Option<Rate>,
    /// The steps that its handler names.
    pub steps: &'static [&'static str],
}

/// What makes two jobs the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unique {
    /// The fields that are compared.
    pub fields: &'static [&'static str],
    /// For how long after it was enqueued, in milliseconds, also where it has ended; 0: as long as it has not.
    pub within: u64,
    /// The payload that came last is the one that counts.
    pub latest: bool,
}

/// So many in so long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many.
    pub count: u32,
    /// In milliseconds.
    pub per: u64,
}

impl Rate {
    /// How far apart two are, in microseconds.
    pub fn gap(self) -> i64 {
        let micros = self.per.saturating_mul(1_000) / u64::from(self.count.max(1));
        i64::try_from(micros.max(1)).unwrap_or(i64::MAX)
    }

    /// How many may begin together after a pause: a tenth of it, one at the least.
    pub fn burst(self) -> i64 {
        i64::from((self.count / 10).max(1))
    }
}

impl JobFacts {
    /// What is special about it, in words: `5 retries, unique in tenant and month, one at a time per tenant`.
    pub fn words(&self) -> String {
        let mut words = Vec::new();
        if self.retry.attempts() > 1 {
            let retries = self.retry.attempts() - 1;
            words.push(format!("{retries} {}", if retries == 1 { "retry" } else { "retries" }));
        }
        if let Some(Unique { fields, within, latest }) = self.unique {
            let within = if within > 0 { format!(" within {}", super::facts::duration(within)) } else { String::new() };
            let latest = if latest { ", the latest counts" } else { "" };
            words.push(format!("unique in {}{within}{latest}", fields.join(" and ")));
        }
        words.extend(self.key.map(|key| format!("one at a time per {key}")));
        if self.at_once > 0 {
            words.push(format!("{} at once", self.at_once));
        }
        words.extend(self.rate.map(|Rate { count, per }| format!("{count} in {}", super::facts::duration(per))));
        if !self.steps.is_empty() {
            words.push(format!("steps {}", self.steps.join(", ")));
        }
        words.join("; ")
    }
}

/// A worker in its place.
#[derive(Debug, Clone, Copy)]
pub struct Worker {
    /// What stores know it by: the name of its event.
    pub name: &'static str,
    /// Whose handler it is.
    pub plugin: &'static Identity,
    /// What it is.
    pub facts: &'static JobFacts,
    /// Its meter.
    pub meter: &'static RunMeter,
}

/// An event that is a job: one worker takes it. `app!` implements it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a job",
    label = "nobody would work on it",
    note = "write `#[event(\"…\", job)]` on it, and a handler with `#[job(…)]` in a plugin; exactly one"
)]
pub trait Worked: Event {
    /// Its worker.
    const WORKER: &'static Worker;

    /// What it is unique by, as a text.
    fn unique(&self) -> Option<String> {
        None
    }

    /// The line that it stands in.
    fn line(&self) -> Option<String> {
        None
    }
}

/// Fields as a text that is the same where they are.
pub fn key_of(fields: &impl Serialize) -> Option<String> {
    // What can't be written is refused where the whole event is written.
    serde_json::to_string(fields).ok()
}

/// By so much, in microseconds, the clocks of those who claim may differ.
const LAG: i64 = 60_000_000;

/// Where a rate stands: GCRA, whose whole memory is one number. `tat` is when the rate would be exactly used up.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    gap: i64,
    burst: i64,
    /// Microseconds since 1970, as all times here.
    tat: i64,
    now: i64,
}

impl Pace {
    /// At this time, in milliseconds.
    pub fn of(rate: Rate, tat: i64, now: i64) -> Self {
        let now = now.saturating_mul(1_000);
        let (gap, burst) = (rate.gap(), rate.burst());
        // A clock that was set back must not stop everything; one that lags a little must give nothing away.
        let longest = now.saturating_add(burst.saturating_mul(gap)).saturating_add(LAG);
        Self { gap, burst, tat: tat.clamp(now, longest), now }
    }

    /// How many may begin now.
    pub fn room(&self) -> usize {
        usize::try_from((self.now + self.burst * self.gap - self.tat) / self.gap).unwrap_or_default()
    }

    /// The memory once so many have begun.
    pub fn after(&self, begun: usize) -> i64 {
        self.tat.saturating_add(self.gap.saturating_mul(i64::try_from(begun).unwrap_or(i64::MAX)))
    }

    /// When the next one may begin once so many have, in milliseconds; `None` where one may now.
    pub fn next(&self, begun: usize) -> Option<i64> {
        let at = self.after(begun) - (self.burst - 1) * self.gap;
        (at > self.now).then(|| at.saturating_add(999) / 1_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A process that looks whenever it may, and one that looks once a second: neither goes beyond the rate, and the
    /// first comes close to it.
    #[test]
    fn a_rate_is_kept_and_used() {
        let rate = Rate { count: 100, per: 1_000 };
        for (step, least) in [(1, 5_990), (10, 5_990), (1_000, 600)] {
            let (mut tat, mut begun) = (0, 0);
            for now in (1_000_000..1_060_000).step_by(step) {
                let pace = Pace::of(rate, tat, now);
                let room = pace.room();
                tat = pace.after(room);
                begun += room;
            }
            assert!((least..=6_010).contains(&begun), "{begun} with a look each {step} ms");
        }
    }

    #[test]
    fn who_may_not_begin_is_told_when_the_next_one_may() {
        let rate = Rate { count: 60, per: 60_000 };
        let pace = Pace::of(rate, 0, 1_000_000);
        assert_eq!((pace.room(), pace.next(0), pace.next(5)), (6, None, None));
        assert_eq!(pace.next(6), Some(1_001_000));
        let later = Pace::of(rate, pace.after(6), 1_001_000);
        assert_eq!((later.room(), later.next(1)), (1, Some(1_002_000)));
        let lags = Pace::of(rate, pace.after(6), 999_990);
        assert_eq!((lags.room(), lags.after(0)), (0, pace.after(6)), "who lags takes nothing from the others");
        let set_back = Pace::of(rate, pace.after(6), 10);
        assert_eq!(set_back.next(0), Some(61_010), "a clock that was set back costs a minute, and not a year");
    }

    #[test]
    fn a_worker_is_said_in_words() {
        let facts = JobFacts {
            event: "ReportWanted",
            handler: "build",
            doc: "",
            retry: Retry::new(5, 500),
            timeout: 0,
            blocking: false,
            unique: Some(Unique { fields: &["tenant", "month"], within: 3_600_000, latest: false }),
            key: Some("tenant"),
            at_once: 4,
            rate: Some(Rate { count: 60, per: 60_000 }),
            steps: &["charge", "mail"],
        };
        assert_eq!(
            facts.words(),
            "5 retries; unique in tenant and month within 1h; one at a time per tenant; 4 at once; 60 in 1m; steps charge, mail"
        );
    }
}
