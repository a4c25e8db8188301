//! Jobs in memory: claims with their limits, ends, and what is asked of one.

use std::collections::BTreeMap;

use microcore_runtime::error::{Error, Result};
use microcore_runtime::jobs::{
    Cancelled, Claim, Claimed, Claims, End, JobCount, JobFilter, JobState, JobStatus, Limited, Pace, RunState,
    StepsDone,
};

use super::state::{Job, State, past};

impl State {
    pub(super) fn claim(&mut self, claim: &Claim<'_>) -> Claims {
        let mut claims = Claims::default();
        self.take(claim, claim.names, claim.limit, &mut claims);
        for Limited { name, at_once, rate } in claim.limited {
            let mut room = claim.limit - claims.taken.len();
            if *at_once > 0 {
                let running = self.of(name).filter(|job| job.owner.is_some()).count();
                room = room.min(usize::try_from(*at_once).unwrap_or(usize::MAX).saturating_sub(running));
            }
            let tat = self.rates.get(name).copied().unwrap_or_default();
            let pace = rate.map(|rate| Pace::of(rate, tat, claim.now));
            room = pace.map_or(room, |pace| room.min(pace.room()));
            let before = claims.taken.len();
            self.take(claim, &[name], room, &mut claims);
            if let Some(pace) = pace {
                let begun = claims.taken.len() - before;
                self.rates.insert(name, pace.after(begun));
                let is_waiting = self.of(name).any(|job| job.is_waiting() && job.due <= claim.now);
                let next = pace.next(begun).filter(|_| is_waiting);
                claims.next = [claims.next, next].into_iter().flatten().min();
            }
        }
        claims.taken.sort_by_key(|run| (-run.priority, run.id));
        claims
    }

    fn take(&mut self, claim: &Claim<'_>, names: &[&str], limit: usize, claims: &mut Claims) {
        let is_due =
            |(_, job): &(&i64, &Job)| job.is_waiting() && job.due <= claim.now && names.contains(&job.worker.as_str());
        let mut due: Vec<_> = self.jobs.iter().filter(is_due).map(|(id, job)| (-job.priority, job.due, *id)).collect();
        due.sort_unstable();
        let mut left = limit;
        for (_, _, id) in due {
            if left == 0 {
                break;
            }
            if !self.is_first(id, claim.now) {
                continue;
            }
            left -= 1;
            claims.taken.extend(self.begin(id, claim.owner, claim.now));
        }
    }

    /// A job is this process's now.
    pub(super) fn begin(&mut self, id: i64, owner: &str, now: i64) -> Option<Claimed> {
        let Self { jobs, schedules, .. } = self;
        let job = jobs.get_mut(&id)?;
        (job.owner, job.began) = (Some(owner.to_owned()), Some(now));
        job.token += 1;
        job.attempt += 1;
        Some(Claimed {
            id,
            token: job.token,
            name: job.worker.clone(),
            tick: job.tick,
            manual: job.manual,
            missed: job.missed,
            previous: schedules.get(&job.worker).and_then(|row| row.success),
            attempt: job.attempt,
            deaths: job.deaths,
            priority: job.priority,
            cancelled: job.is_cancelled,
            job: job.carried.clone(),
        })
    }

    /// In one line only one may have begun, and the first whose time has come goes first.
    fn is_first(&self, id: i64, now: i64) -> bool {
        let Some(own) = self.jobs.get(&id) else { return false };
        let Some(line) = &own.line else { return true };
        let has_begun = own.began.is_some();
        let mut others = self.jobs.iter().filter(|(other, job)| **other != id && job.is_open());
        !others.any(|(other, job)| {
            job.line.as_ref() == Some(line) && (job.began.is_some() || (!has_begun && *other < id && job.due <= now))
        })
    }

    /// A job under its claim.
    pub(super) fn held(&mut self, id: i64, token: i64) -> Option<&mut Job> {
        self.jobs.get_mut(&id).filter(|job| job.token == token && job.owner.is_some())
    }

    pub(super) fn end(&mut self, id: i64, token: i64, end: &End, now: i64) -> bool {
        let Some(job) = self.held(id, token) else { return false };
        match end {
            End::Again { due, error } => (job.owner, job.due, job.error) = (None, *due, Some(error.clone())),
            End::Asleep { due, error } => {
                (job.owner, job.due, job.error) = (None, *due, error.clone());
                job.attempt -= 1;
            }
            End::Released => (job.owner, job.attempt) = (None, job.attempt - 1),
            End::Past { state, error, began, next } => {
                self.past(id, *state, error.clone(), (Some(*began), now));
                let Some(worker) = self.runs.iter().rev().find(|(_, run)| run.id == id).map(|(name, _)| name.clone())
                else {
                    return true;
                };
                if let Some(row) = self.schedules.get_mut(&worker) {
                    row.next = row.next.or(*next);
                }
            }
        }
        true
    }

    /// What is over is remembered; a dead job is kept, and one whose payload was replaced runs again.
    fn past(&mut self, id: i64, state: RunState, error: Option<String>, (began, ended): (Option<i64>, i64)) {
        let Some(job) = self.jobs.get_mut(&id) else { return };
        let (worker, tick, attempts) = (job.worker.clone(), job.tick, job.attempt + job.deaths);
        let (is_job, is_tick) = (job.carried.is_some(), !job.manual);
        job.owner = None;
        if is_job && job.is_renewed && state != RunState::Cancelled {
            (job.due, job.began, job.attempt, job.deaths, job.is_renewed) = (ended, None, 0, 0, false);
            job.steps.clear();
        } else if is_job && state == RunState::Failed {
            (job.due, job.is_dead, job.error) = (ended, true, error.clone());
        } else {
            self.jobs.remove(&id);
        }
        if is_job {
            let mut run = past(id, tick, true, state, 0, Some(ended));
            (run.began, run.attempts, run.error) = (began, attempts, error);
            self.runs.push((worker, run));
            return;
        }
        if let Some((_, run)) = self.runs.iter_mut().rev().find(|(_, run)| run.id == id) {
            (run.state, run.began, run.ended) = (state, began, Some(ended));
            (run.attempts, run.error) = (attempts, error);
        }
        if let Some(row) = self.schedules.get_mut(&worker).filter(|_| is_tick && state == RunState::Succeeded) {
            row.success = Some(tick);
        }
    }

    pub(super) fn cancel(&mut self, id: i64, now: i64) -> Option<Cancelled> {
        let job = self.jobs.get_mut(&id).filter(|job| job.is_open())?;
        if job.owner.is_some() {
            job.is_cancelled = true;
            return Some(Cancelled::Asked);
        }
        self.past(id, RunState::Cancelled, None, (None, now));
        Some(Cancelled::Gone)
    }

    pub(super) fn retry(&mut self, id: i64, now: i64) -> Result<bool> {
        let Some(job) = self.jobs.get(&id).filter(|job| job.owner.is_none() && job.carried.is_some()) else {
            return Ok(false);
        };
        let is_same = |other: &Job| other.is_open() && other.worker == job.worker && other.same == job.same;
        if job.is_dead && job.same.is_some() && self.jobs.values().any(is_same) {
            let message = format!("job {id} can't be tried again: one like it is unfinished, and they are `unique`");
            return Err(Error::conflict(message));
        }
        if let Some(job) = self.jobs.get_mut(&id) {
            if std::mem::take(&mut job.is_dead) {
                (job.attempt, job.deaths, job.began, job.is_cancelled) = (0, 0, None, false);
            }
            job.due = now;
        }
        Ok(true)
    }

    pub(super) fn steps_in_flight(&self) -> Vec<StepsDone> {
        let mut found: BTreeMap<(&str, &str), (i64, i64)> = BTreeMap::new();
        for (id, job) in self.jobs.iter().filter(|(_, job)| job.is_open()) {
            for step in job.steps.keys() {
                found.entry((&job.worker, step)).or_insert((0, *id)).0 += 1;
            }
        }
        let done = found.into_iter().map(|((name, step), (jobs, one))| {
            let (name, step) = (name.to_owned(), step.to_owned());
            StepsDone { name, step, jobs, one }
        });
        done.collect()
    }

    pub(super) fn counts(&self) -> Vec<JobCount> {
        let mut counts: BTreeMap<&str, JobCount> = BTreeMap::new();
        for job in self.jobs.values().filter(|job| job.carried.is_some()) {
            let count = counts.entry(&job.worker).or_default();
            count.name.clone_from(&job.worker);
            if job.is_dead {
                count.dead += 1;
            } else if job.owner.is_some() {
                count.running += 1;
            } else {
                count.waiting += 1;
                count.oldest = Some(count.oldest.map_or(job.due, |oldest| oldest.min(job.due)));
            }
        }
        counts.into_values().collect()
    }

    pub(super) fn standing(&self, filter: &JobFilter) -> Vec<JobStatus> {
        let is_asked = |(id, job): &(&i64, &Job)| {
            job.carried.is_some()
                && filter.name.as_ref().is_none_or(|name| *name == job.worker)
                && filter.id.map_or(job.is_dead == filter.dead, |wanted| wanted == **id)
        };
        let limit = if filter.limit == 0 { usize::MAX } else { filter.limit };
        let found = self.jobs.iter().rev().filter(is_asked).take(limit);
        let mut found: Vec<JobStatus> = found.map(|(id, job)| status(*id, job, filter.id.is_some())).collect();
        if let Some(id) = filter.id.filter(|_| found.is_empty()) {
            found.extend(self.runs.iter().rev().find(|(_, run)| run.id == id).map(|(name, run)| {
                let state = match run.state {
                    RunState::Succeeded => JobState::Succeeded,
                    RunState::Cancelled => JobState::Cancelled,
                    RunState::Skipped => JobState::Skipped,
                    _ => JobState::Dead,
                };
                let mut job = JobStatus::new(id, name, state);
                (job.enqueued, job.due, job.began, job.ended) = (run.tick, run.tick, run.began, run.ended);
                (job.attempts, job.error) = (run.attempts, run.error.clone());
                job
            }));
        }
        found
    }
}

fn status(id: i64, job: &Job, whole: bool) -> JobStatus {
    let state = match &job.owner {
        _ if job.is_dead => JobState::Dead,
        Some(_) => JobState::Running,
        None => JobState::Waiting,
    };
    let mut status = JobStatus::new(id, &job.worker, state);
    (status.enqueued, status.due, status.began) = (job.tick, job.due, job.began);
    status.ended = job.is_dead.then_some(job.due);
    (status.attempts, status.progress, status.priority) = (job.attempt + job.deaths, job.progress, job.priority);
    (status.owner, status.error) = (job.owner.clone(), job.error.clone());
    status.payload = job.carried.as_ref().filter(|_| whole).map(|carried| carried.payload.clone());
    status
}
