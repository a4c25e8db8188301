//! How schedules and jobs stand, for the page Schedule: from the manifest and the store, as `said` tells it in words.

use microcore_runtime::error::Result;
use microcore_runtime::jobs::{
    Board, DeadJob, JobCount, JobFilter, JobStatus, JobStore, JobTotals, LastRun, PastRun, RunState, ScheduleStatus,
    Standing,
};

use super::known::Known;
use super::said::{is_unserved, run_row, shown, state, zone_of};

/// So many dead jobs are told.
const DEAD: usize = 100;

/// What the store knows.
pub(super) async fn board<S: JobStore>(store: &S, known: &Known) -> Result<Board> {
    if !store.exists().await? {
        return times_alone(known, super::clock::wall_clock());
    }
    let (now, standing) = (store.clock().await?, store.standing().await?);
    let mut schedules = Vec::new();
    for name in known.schedules.keys() {
        let stored = standing.iter().find(|one| one.name == *name);
        let last = store.history(name, 1).await?.pop();
        schedules.push(schedule(known, name, stored, last, now)?);
    }
    let dead = store.jobs(&JobFilter { dead: true, limit: DEAD, ..JobFilter::default() }).await?;
    let jobs = store.counts().await?.into_iter().map(totals).collect();
    Ok(Board { now, schedules, jobs, dead: dead.into_iter().map(dead_job).collect() })
}

/// What needs no store.
pub(super) fn times_alone(known: &Known, now: i64) -> Result<Board> {
    let schedules = known.schedules.keys().map(|name| schedule(known, name, None, None, now));
    Ok(Board { now, schedules: schedules.collect::<Result<_>>()?, ..Board::default() })
}

fn schedule(
    known: &Known,
    name: &str,
    stored: Option<&Standing>,
    last: Option<PastRun>,
    now: i64,
) -> Result<ScheduleStatus> {
    let facts = known.find(name)?;
    let times = known.times(facts)?;
    let zone = zone_of(&times);
    let next = match stored {
        Some(stored) if stored.paused.is_some() => None,
        Some(stored) => stored.next,
        None => times.next(now),
    };
    Ok(ScheduleStatus {
        name: name.to_owned(),
        next,
        next_there: next.map(|next| shown(next, &zone)),
        success: stored.and_then(|stored| stored.success),
        paused: stored.and_then(|stored| stored.paused.clone()),
        waiting: stored.map_or(0, |stored| stored.waiting),
        running: stored.map_or(0, |stored| stored.running),
        unserved: stored.is_some_and(|stored| is_unserved(stored, now)),
        state: state(Some(facts), stored, &zone, now),
        last: last.map(|run| LastRun {
            outcome: run_row(&run, &zone).pop().unwrap_or_default(),
            failed: run.state == RunState::Failed,
            tick: run.tick,
            manual: run.manual,
            began: run.began,
            ended: run.ended,
            attempts: run.attempts,
        }),
    })
}

fn totals(count: JobCount) -> JobTotals {
    let JobCount { name, waiting, running, dead, oldest } = count;
    JobTotals { name, waiting, running, dead, oldest }
}

fn dead_job(job: JobStatus) -> DeadJob {
    DeadJob { id: job.id, name: job.name, ended: job.ended, attempts: job.attempts, error: job.error }
}
