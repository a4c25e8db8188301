//! Schedules and runs as text, for the command `jobs` and for `check`.

use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use microcore_runtime::jobs::{JobStatus, PastRun, RunState, Said, ScheduleFacts, Standing, Timer};

use super::times::{CronTimes, Times};

/// `2027-03-28 03:00:00 CEST`
pub(super) fn shown(millis: i64, zone: &TimeZone) -> String {
    match Timestamp::from_millisecond(millis) {
        Ok(time) if millis < i64::MAX / 2 => time.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M:%S %Z").to_string(),
        _ => "never".to_owned(),
    }
}

/// The zone in which the times of a schedule are shown.
pub(super) fn zone_of(times: &Times) -> TimeZone {
    match times {
        Times::Cron(cron) => cron.zone.clone(),
        Times::Every(_) | Times::AfterEnd(_) => TimeZone::UTC,
    }
}

/// Columns as wide as their widest entry; the last one is as wide as it is.
pub(super) fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.first().map_or(0, Vec::len);
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for row in rows {
        let cells: Vec<String> =
            row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}", width = *width)).collect();
        let _ = writeln!(text, "{}", cells.join("  ").trim_end());
    }
    text
}

/// A tick that is due for longer than this has nobody who fires it, in milliseconds.
const LONG: i64 = 60_000;

/// Whether a tick is long due and no process has fired it, or a run long due and none has taken it.
pub(super) fn is_unserved(standing: &Standing, now: i64) -> bool {
    let is_late = |due: Option<i64>| due.is_some_and(|due| due < now - LONG);
    standing.paused.is_none() && standing.running == 0 && is_late(standing.next)
}

/// What a schedule does now.
pub(super) fn state(facts: Option<&ScheduleFacts>, standing: Option<&Standing>, zone: &TimeZone, now: i64) -> String {
    let Some(standing) = standing else {
        let broadcast = facts.is_some_and(|facts| facts.broadcast);
        return if broadcast { "in each process" } else { "not stored yet: no process has served it" }.to_owned();
    };
    let mut words = Vec::new();
    if facts.is_none() {
        words.push("not in this application".to_owned());
    }
    if let Some((at, by)) = &standing.paused {
        words.push(format!("paused at {} by {by}", shown(*at, zone)));
    }
    if standing.running > 0 {
        let since = standing.since.unwrap_or(now);
        let limit = facts.map_or(0, |facts| i64::try_from(facts.timeout).unwrap_or(i64::MAX));
        let is_stuck = now - since > if limit == 0 { 3_600_000 } else { limit.saturating_mul(2) };
        let word = if is_stuck { "stuck" } else { "running" };
        words.push(format!("{word} since {}", shown(since, zone)));
    }
    if is_unserved(standing, now) {
        let next = shown(standing.next.unwrap_or(now), zone);
        words.push(format!("nobody fires it: due since {next}"));
    }
    if standing.waiting > 0 {
        words.push(format!("{} waiting", standing.waiting));
    }
    if words.is_empty() { "waits for its tick".to_owned() } else { words.join(", ") }
}

/// One line of the history.
pub(super) fn run_row(run: &PastRun, zone: &TimeZone) -> Vec<String> {
    let took = match (run.began, run.ended) {
        (Some(began), Some(ended)) => format!("{} ms", ended - began),
        _ => String::new(),
    };
    let mut outcome = match run.state {
        RunState::Pending if run.began.is_some() => "running".to_owned(),
        RunState::Pending => "waiting".to_owned(),
        RunState::Succeeded => "succeeded".to_owned(),
        RunState::Failed => "failed".to_owned(),
        RunState::Skipped => "skipped: the run before was under way".to_owned(),
        RunState::Missed => "missed".to_owned(),
        RunState::Cancelled => "cancelled".to_owned(),
    };
    if run.missed > 0 {
        let _ = match run.state {
            RunState::Missed => write!(outcome, ", {} ticks", run.missed),
            _ => write!(outcome, ", {} missed before it", run.missed),
        };
    }
    if let Some(error) = &run.error {
        let _ = write!(outcome, ": {}", error.replace('\n', " "));
    }
    let tick = if run.manual { format!("{} by hand", shown(run.tick, zone)) } else { shown(run.tick, zone) };
    vec![tick, run.began.map(|began| shown(began, zone)).unwrap_or_default(), took, run.attempts.to_string(), outcome]
}

/// How a run ended that was waited for.
pub(super) fn ended(run: &PastRun) -> Said {
    let text = format!("{}\n", run_row(run, &TimeZone::UTC).pop().unwrap_or_default());
    Said { text, failed: run.state != RunState::Succeeded }
}

/// Jobs, a line each.
pub(super) fn job_rows(jobs: &[JobStatus]) -> String {
    if jobs.is_empty() {
        return "no jobs\n".to_owned();
    }
    let mut rows = vec![["ID", "JOB", "STATE", "ENQUEUED", "DUE", "ATTEMPTS", "SAYS"].map(str::to_owned).to_vec()];
    rows.extend(jobs.iter().map(|job| {
        let progress = job.progress.map(|(done, total)| format!("{done} of {total}"));
        let error = job.error.as_ref().map(|error| error.replace('\n', " "));
        let says: Vec<String> = [progress, error].into_iter().flatten().collect();
        vec![
            job.id.to_string(),
            job.name.clone(),
            job.state.word().to_owned(),
            shown(job.enqueued, &TimeZone::UTC),
            shown(job.due, &TimeZone::UTC),
            job.attempts.to_string(),
            says.join(": "),
        ]
    }));
    table(&rows)
}

/// What the running application has set, a line each, behind a line that is empty; nothing where it has set nothing.
pub(super) fn timer_rows(timers: &[Timer]) -> String {
    if timers.is_empty() {
        return String::new();
    }
    let mut rows = vec![["KEY", "OF", "WHEN", "NEXT"].map(str::to_owned).to_vec()];
    rows.extend(timers.iter().map(|timer| {
        let plan = timer.times.as_deref().and_then(|text| Some((text, Times::parse(text).ok()?)));
        let zone = plan.as_ref().map_or(TimeZone::UTC, |(_, plan)| zone_of(plan));
        let when = plan.map_or_else(|| "once".to_owned(), |(text, plan)| plan.words(text));
        vec![timer.key.clone(), timer.name.clone(), when, shown(timer.next, &zone)]
    }));
    format!("\n{}", table(&rows))
}

/// One job, a line each thing.
pub(super) fn job_text(job: &JobStatus, steps: &[(String, String)]) -> String {
    let time = |millis: i64| shown(millis, &TimeZone::UTC);
    let mut lines = vec![
        ("id", Some(job.id.to_string())),
        ("job", Some(job.name.clone())),
        ("state", Some(job.state.word().to_owned())),
        ("enqueued", Some(time(job.enqueued))),
        ("due", (!job.state.is_end()).then(|| time(job.due))),
        ("began", job.began.map(time)),
        ("ended", job.ended.map(time)),
        ("attempts", Some(job.attempts.to_string())),
        ("priority", (job.priority != 0).then(|| job.priority.to_string())),
        ("progress", job.progress.map(|(done, total)| format!("{done} of {total}"))),
        ("process", job.owner.clone()),
        ("error", job.error.clone()),
        ("payload", job.payload.clone()),
    ];
    lines.extend(steps.iter().map(|(name, result)| ("step", Some(format!("{name} = {result}")))));
    let said = lines.into_iter().filter_map(|(name, value)| Some(format!("{name:<9} {}\n", value?)));
    said.collect()
}

/// What is to be said of a tick in a night in which the clock is changed.
pub(super) fn remark(times: &CronTimes, tick: i64) -> Option<String> {
    let at = Timestamp::from_millisecond(tick).ok()?;
    let day_before = at.checked_sub(jiff::SignedDuration::from_hours(3)).ok()?;
    times.surprises(day_before).into_iter().find_map(|(time, is_missing)| {
        let zoned = at.to_zoned(times.zone.clone());
        let is_that_night = zoned.date() == time.date() && (zoned.datetime() >= time) && {
            let after = zoned.datetime().duration_since(time);
            after <= jiff::SignedDuration::from_hours(if is_missing { 3 } else { 0 })
        };
        let clock = time.strftime("%H:%M");
        is_that_night.then(|| {
            if is_missing {
                format!("there is no {clock}: the clock is set forward")
            } else {
                format!("the first of two {clock}: the clock is set back")
            }
        })
    })
}

/// "`users.purge.nightly` at 02:30 Europe/Berlin: no 02:30 on 2027-03-28 (runs at 03:00), two on 2027-10-31 (runs at the first)"
pub(super) fn oddity(name: &str, zone: &str, times: &CronTimes, from: Timestamp) -> Option<String> {
    let surprises = times.surprises(from);
    let (first, _) = surprises.first()?;
    let said: Vec<String> = surprises
        .iter()
        .map(|(time, is_missing)| {
            let (clock, day) = (time.strftime("%H:%M"), time.date());
            if *is_missing {
                let at = times.zone.to_ambiguous_zoned(*time).compatible().ok();
                let next = at.and_then(|_| Times::Cron(Box::new(times.clone())).next(before(times, *time)));
                let runs = next.and_then(|next| Timestamp::from_millisecond(next).ok());
                let runs = runs.map(|runs| runs.to_zoned(times.zone.clone()).strftime("%H:%M").to_string());
                format!("no {clock} on {day} (runs at {})", runs.unwrap_or_default())
            } else {
                format!("two {clock} on {day} (runs at the first)")
            }
        })
        .collect();
    Some(format!("`{name}` at {} {zone}: {}", first.strftime("%H:%M"), said.join(", ")))
}

/// Just before the gap in which a time would be.
fn before(times: &CronTimes, time: jiff::civil::DateTime) -> i64 {
    let at = times.zone.to_ambiguous_timestamp(time).earlier().unwrap_or(Timestamp::UNIX_EPOCH);
    let day = at.checked_sub(jiff::SignedDuration::from_hours(24)).unwrap_or(Timestamp::UNIX_EPOCH);
    let change = times.zone.following(day).next().map_or(at, |change| change.timestamp());
    change.as_millisecond() - 1
}
