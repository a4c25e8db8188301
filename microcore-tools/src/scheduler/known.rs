//! The schedules that an application declares: found by their names, computed ahead, and listed, without a store.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use microcore_runtime::error::{Error, Kind, Result};
use microcore_runtime::jobs::{Said, ScheduleFacts, Standing};
use microcore_runtime::lifecycle::Boot;
use microcore_runtime::manifest::Manifest;
use microcore_runtime::settings::Settings;

use super::SchedulerSettings;
use super::clock::wall_clock;
use super::said::{remark, shown, state, table, zone_of};
use super::times::Times;

/// The schedules of an application, by name.
pub(super) struct Known {
    zone: String,
    pub(super) schedules: BTreeMap<String, &'static ScheduleFacts>,
    pub(super) manifest: &'static Manifest,
}

impl Known {
    pub(super) fn of(boot: &Boot) -> Result<Self> {
        let settings = SchedulerSettings::load(&boot.environment)?;
        let manifest = Manifest::of(boot);
        let schedules = manifest.schedules();
        let schedules = schedules.map(|(plugin, facts)| (facts.name_in(&plugin.identity), facts)).collect();
        Ok(Self { zone: settings.zone.name, schedules, manifest })
    }

    pub(super) fn find(&self, name: &str) -> Result<&'static ScheduleFacts> {
        let known = self.schedules.get(name).copied();
        known.ok_or_else(|| {
            let ends = |other: &&String| other.ends_with(name) || other.starts_with(name);
            let hint = self.schedules.keys().find(ends).map(|other| format!("; did you mean `{other}`?"));
            Error::of(Kind::NotFound, format!("there is no schedule `{name}`{}", hint.unwrap_or_default()))
        })
    }

    pub(super) fn times(&self, facts: &ScheduleFacts) -> Result<Times> {
        Times::parse(&Times::text(&facts.when, &self.zone))
    }

    /// What needs no store.
    pub(super) fn next(&self, name: &str, count: usize) -> Result<Said> {
        let times = self.times(self.find(name)?)?;
        let zone = zone_of(&times);
        let (mut at, mut text) = (wall_clock(), String::new());
        for _ in 0..count {
            let Some(next) = times.next(at) else { break };
            at = next;
            text.push_str(&shown(at, &zone));
            if let Times::Cron(cron) = &times
                && let Some(remark) = remark(cron, at)
            {
                text.push_str("  ");
                text.push_str(&remark);
            }
            text.push('\n');
        }
        Ok(Said::fine(text))
    }

    pub(super) fn list(&self, standing: &[Standing], now: i64) -> Result<Said> {
        if self.schedules.is_empty() && standing.is_empty() {
            return Ok(Said::fine("nothing runs at times\n"));
        }
        let mut rows = vec![["NAME", "WHEN", "NEXT", "LAST SUCCESS", "STATE"].map(str::to_owned).to_vec()];
        let of = |name: &str| standing.iter().find(|one| one.name == name);
        for (name, facts) in &self.schedules {
            let times = self.times(facts)?;
            let (zone, stored) = (zone_of(&times), of(name));
            let next = match stored {
                Some(stored) if stored.paused.is_some() => "-".to_owned(),
                Some(stored) => stored.next.map_or_else(|| "after its run".to_owned(), |next| shown(next, &zone)),
                None => times.next(now).map(|next| shown(next, &zone)).unwrap_or_default(),
            };
            let last = stored.and_then(|stored| stored.success).map(|last| shown(last, &zone));
            let words = facts.words();
            rows.push(vec![
                name.clone(),
                words,
                next,
                last.unwrap_or_else(|| "-".to_owned()),
                state(Some(facts), stored, &zone, now),
            ]);
        }
        for gone in standing.iter().filter(|one| !self.schedules.contains_key(&one.name)) {
            let state = state(None, Some(gone), &TimeZone::UTC, now);
            rows.push(vec![gone.name.clone(), gone.times.clone(), "-".to_owned(), "-".to_owned(), state]);
        }
        Ok(Said::fine(table(&rows)))
    }
}
