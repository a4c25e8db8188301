//! Schedules, runs and jobs in memory: for applications without a database, and for what each process does by itself. It is the
//! contract in plain code, so that the same battery tries it and the databases.

mod jobs;
mod state;
mod timers;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use microcore_runtime::error::Result;
use microcore_runtime::jobs::{
    Cancelled, Claim, Claimed, Claims, Declared, Due, End, Enqueued, Firing, Held, JobCount, JobFilter, JobListener,
    JobStatus, JobStore, Look, NewJob, NewTimer, Overlap, PastRun, Pause, Ringing, RunState, Rung, Standing, StepsDone,
    Timer,
};

use self::state::{Job, Row, State, new_job, past};
use super::clock::{Clock, wall_clock};

/// How many runs of a schedule are remembered whatever their age.
const REMEMBERED: usize = 100;

/// A store that lives as long as its process. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct MemoryStore(Arc<Mutex<State>>, Option<Arc<Clock>>);

impl MemoryStore {
    /// One whose clock is this.
    pub(super) fn new(clock: Arc<Clock>) -> Self {
        Self(Arc::default(), Some(clock))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn time(&self) -> i64 {
        match &self.1 {
            Some(clock) if clock.is_test() => clock.now(),
            _ => wall_clock(),
        }
    }
}

impl JobStore for MemoryStore {
    async fn exists(&self) -> Result<bool> {
        Ok(true)
    }

    async fn declare(&self, schedules: &[Declared], now: i64) -> Result<()> {
        let mut state = self.state();
        for declared in schedules {
            let Declared { name, times, next } = declared;
            let has_job = state.of(name).next().is_some();
            let row = state.schedules.entry(name.clone()).or_insert_with(|| Row {
                times: times.clone(),
                next: Some(*next),
                success: None,
                paused: None,
                seen: now,
            });
            row.seen = now;
            row.next = match row.next {
                _ if row.times != *times => Some(*next),
                Some(known) => Some(known.min(*next)),
                None if !has_job => Some(*next),
                None => None,
            };
            row.times.clone_from(times);
        }
        Ok(())
    }

    async fn look(&self, names: &[&str], owner: &str) -> Result<Look> {
        let now = self.time();
        let state = self.state();
        let rows = state.schedules.iter().filter(|(name, row)| row.paused.is_none() && names.contains(&name.as_str()));
        let waiting = state.jobs.values().filter(|job| job.is_waiting() && names.contains(&job.worker.as_str()));
        Ok(Look {
            now,
            tick: rows.filter_map(|(_, row)| row.next).min(),
            run: waiting.map(|job| job.due).min(),
            timer: state.timers.values().map(|timer| timer.next).min(),
            ranked: state.jobs.values().any(|job| job.priority != 0),
            arriving: false,
            others: i64::try_from(state.processes.keys().filter(|other| *other != owner).count()).unwrap_or(i64::MAX),
        })
    }

    async fn due(&self, names: &[&str], now: i64) -> Result<Vec<Due>> {
        let state = self.state();
        let mut due: Vec<Due> = state
            .schedules
            .iter()
            .filter(|(name, row)| row.paused.is_none() && names.contains(&name.as_str()))
            .filter_map(|(name, row)| Some((name, row, row.next.filter(|next| *next <= now)?)))
            .map(|(name, row, tick)| Due { name: name.clone(), times: row.times.clone(), tick })
            .collect();
        due.sort_by(|one, other| (one.tick, &one.name).cmp(&(other.tick, &other.name)));
        Ok(due)
    }

    async fn standing(&self) -> Result<Vec<Standing>> {
        let state = self.state();
        let standing = state.schedules.iter().map(|(name, row)| {
            let running: Vec<&Job> = state.of(name).filter(|job| job.owner.is_some()).collect();
            Standing {
                name: name.clone(),
                times: row.times.clone(),
                next: row.next,
                paused: row.paused.clone(),
                success: row.success,
                seen: row.seen,
                waiting: i64::try_from(state.of(name).count() - running.len()).unwrap_or(i64::MAX),
                running: i64::try_from(running.len()).unwrap_or(i64::MAX),
                since: running.iter().filter_map(|job| job.began).min(),
            }
        });
        Ok(standing.collect())
    }

    async fn fire(&self, firing: &Firing, now: i64) -> Result<u64> {
        let mut state = self.state();
        let Firing { name, was, next, runs, recorded, overlap } = firing;
        match state.schedules.get_mut(name) {
            Some(row) if row.next == Some(*was) && row.paused.is_none() => row.next = *next,
            _ => return Ok(0),
        }
        for (tick, run_state, missed) in recorded {
            state.record(name, past(0, *tick, false, *run_state, *missed, Some(now)));
        }
        let mut is_free = match overlap {
            Overlap::Allow => true,
            Overlap::Skip => state.of(name).next().is_none(),
            Overlap::Wait => !state.of(name).any(|job| job.owner.is_none() && job.attempt == 0),
        };
        let mut begun = 0;
        for run in runs {
            if !is_free {
                state.record(name, past(0, run.tick, false, RunState::Skipped, run.missed, Some(now)));
                continue;
            }
            let id = state.last_id + 1;
            if state.record(name, past(id, run.tick, false, RunState::Pending, run.missed, None)) {
                state.add(new_job(name, run.tick, run.missed, run.due, *overlap, false));
                begun += 1;
                is_free = *overlap == Overlap::Allow || runs.len() > 1;
            }
        }
        Ok(begun)
    }

    async fn move_tick(&self, name: &str, was: i64, next: i64) -> Result<bool> {
        let mut state = self.state();
        let row = state.schedules.get_mut(name).filter(|row| row.next == Some(was));
        Ok(row.map(|row| row.next = Some(next)).is_some())
    }

    async fn claim(&self, claim: &Claim<'_>) -> Result<Claims> {
        Ok(self.state().claim(claim))
    }

    async fn end(&self, id: i64, token: i64, end: &End, now: i64) -> Result<bool> {
        Ok(self.state().end(id, token, end, now))
    }

    async fn beat(&self, owner: &str) -> Result<bool> {
        Ok(self.state().processes.get_mut(owner).map(|beat| *beat += 1).is_some())
    }

    async fn join(&self, owner: &str) -> Result<()> {
        *self.state().processes.entry(owner.to_owned()).or_default() += 1;
        Ok(())
    }

    async fn others(&self, owner: &str) -> Result<Vec<(String, i64)>> {
        let state = self.state();
        let others = state.processes.iter().filter(|(other, _)| *other != owner);
        Ok(others.map(|(other, beat)| (other.clone(), *beat)).collect())
    }

    async fn held(&self, owner: &str) -> Result<Vec<Held>> {
        let state = self.state();
        let held = state.jobs.iter().filter(|(_, job)| job.owner.as_deref() == Some(owner));
        Ok(held.map(|(id, job)| Held { id: *id, token: job.token, cancelled: job.is_cancelled }).collect())
    }

    async fn bury(&self, gone: &(String, i64), now: i64) -> Result<u64> {
        let mut state = self.state();
        if state.processes.get(&gone.0) != Some(&gone.1) {
            return Ok(0);
        }
        state.processes.remove(&gone.0);
        let mut given = 0;
        for job in state.jobs.values_mut().filter(|job| job.owner.as_deref() == Some(gone.0.as_str())) {
            (job.owner, job.due) = (None, now);
            job.token += 1;
            job.attempt -= 1;
            job.deaths += 1;
            given += 1;
        }
        Ok(given)
    }

    async fn leave(&self, owner: &str) -> Result<()> {
        let mut state = self.state();
        if !state.jobs.values().any(|job| job.owner.as_deref() == Some(owner)) {
            state.processes.remove(owner);
        }
        Ok(())
    }

    async fn run_now(&self, name: &str, overlap: Overlap, now: i64) -> Result<Option<i64>> {
        let mut state = self.state();
        if !state.schedules.contains_key(name) {
            return Ok(None);
        }
        let id = state.add(new_job(name, now, 0, now, overlap, true));
        state.record(name, past(id, now, true, RunState::Pending, 0, None));
        Ok(Some(id))
    }

    async fn run_here(&self, name: &str, overlap: Overlap, owner: &str, now: i64) -> Result<Option<Claimed>> {
        let mut state = self.state();
        let is_busy = overlap != Overlap::Allow && state.of(name).any(|job| job.began.is_some());
        if is_busy || !state.schedules.contains_key(name) {
            return Ok(None);
        }
        let id = state.add(new_job(name, now, 0, now, overlap, true));
        state.record(name, past(id, now, true, RunState::Pending, 0, None));
        Ok(state.begin(id, owner, now))
    }

    async fn find(&self, id: i64) -> Result<Option<PastRun>> {
        let state = self.state();
        Ok(state.runs.iter().find(|(_, run)| run.id == id).map(|(_, run)| state.joined(run)))
    }

    async fn history(&self, name: &str, count: usize) -> Result<Vec<PastRun>> {
        let state = self.state();
        let mut found: Vec<PastRun> =
            state.runs.iter().filter(|(of, _)| of == name).map(|(_, run)| state.joined(run)).collect();
        found.sort_by_key(|run| std::cmp::Reverse((run.tick, run.id)));
        found.truncate(count);
        Ok(found)
    }

    async fn pause(&self, name: &str, pause: &Pause) -> Result<bool> {
        let mut state = self.state();
        let Some(row) = state.schedules.get_mut(name) else { return Ok(false) };
        match pause {
            Pause::Begins { now, by } => {
                row.paused.get_or_insert_with(|| (*now, by.clone()));
            }
            Pause::Ends { next } => {
                row.paused = None;
                row.next = row.next.map(|known| next.unwrap_or(known));
            }
        }
        Ok(true)
    }

    async fn forget(&self, _: &[&str], before: i64, _: i64) -> Result<u64> {
        let mut state = self.state();
        let mut of_each: HashMap<String, Vec<i64>> = HashMap::new();
        for (name, run) in &state.runs {
            of_each.entry(name.clone()).or_default().push(run.tick);
        }
        for ticks in of_each.values_mut() {
            ticks.sort_unstable_by(|one, other| other.cmp(one));
        }
        let (had, last) = (state.runs.len(), REMEMBERED - 1);
        state.runs.retain(|(name, run)| {
            let is_old = run.ended.is_some_and(|ended| ended < before);
            let is_recent = of_each[name].get(last).is_none_or(|oldest| run.tick >= *oldest);
            !is_old || is_recent
        });
        Ok((had - state.runs.len()) as u64)
    }

    async fn enqueue(&self, jobs: &[NewJob], now: i64) -> Result<Vec<Enqueued>> {
        let mut state = self.state();
        let enqueue = |job| state.enqueue(job, now).map_or_else(Enqueued::Already, Enqueued::New);
        Ok(jobs.iter().map(enqueue).collect())
    }

    /// There are no transactions that could leave any.
    async fn admit(&self, _: &[&str], _: i64) -> Result<()> {
        Ok(())
    }

    async fn jobs(&self, filter: &JobFilter) -> Result<Vec<JobStatus>> {
        Ok(self.state().standing(filter))
    }

    async fn counts(&self) -> Result<Vec<JobCount>> {
        Ok(self.state().counts())
    }

    async fn progress(&self, id: i64, token: i64, done: i64, total: i64) -> Result<bool> {
        let mut state = self.state();
        Ok(state.held(id, token).map(|job| job.progress = Some((done, total))).is_some())
    }

    async fn steps(&self, id: i64) -> Result<Vec<(String, String)>> {
        let state = self.state();
        let steps = state.jobs.get(&id).into_iter().flat_map(|job| &job.steps);
        Ok(steps.map(|(name, result)| (name.clone(), result.clone())).collect())
    }

    async fn step(&self, id: i64, token: i64, name: &str, result: &str) -> Result<bool> {
        let mut state = self.state();
        Ok(state.held(id, token).map(|job| job.steps.insert(name.to_owned(), result.to_owned())).is_some())
    }

    async fn steps_in_flight(&self) -> Result<Vec<StepsDone>> {
        Ok(self.state().steps_in_flight())
    }

    async fn set_timer(&self, timer: &NewTimer) -> Result<()> {
        self.state().timers.insert(timer.key.clone(), timer.clone());
        Ok(())
    }

    async fn clear_timer(&self, key: &str) -> Result<bool> {
        Ok(self.state().timers.remove(key).is_some())
    }

    async fn timers(&self) -> Result<Vec<Timer>> {
        Ok(self.state().timers())
    }

    async fn due_timers(&self, names: &[&str], now: i64, limit: usize) -> Result<Vec<Timer>> {
        Ok(self.state().due_timers(names, now, limit))
    }

    async fn ring(&self, ringing: &[Ringing], now: i64) -> Result<Rung> {
        Ok(self.state().ring(ringing, now))
    }

    async fn cancel(&self, id: i64, now: i64) -> Result<Option<Cancelled>> {
        Ok(self.state().cancel(id, now))
    }

    async fn retry(&self, id: i64, now: i64) -> Result<bool> {
        self.state().retry(id, now)
    }

    async fn discard(&self, id: i64) -> Result<bool> {
        let mut state = self.state();
        let is_dead = state.jobs.get(&id).is_some_and(|job| job.is_dead);
        Ok(is_dead && state.jobs.remove(&id).is_some())
    }

    /// Nothing is committed here.
    fn listen(&self, _: Arc<dyn JobListener>) {}

    async fn clock(&self) -> Result<i64> {
        Ok(self.time())
    }

    async fn close(&self) -> Result<()> {
        Ok(())
    }
}
