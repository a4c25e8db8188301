//! What the store in memory holds.

use std::collections::{BTreeMap, HashMap};

use microcore_runtime::jobs::{Carried, NewJob, NewTimer, Overlap, PastRun, RunState, Unique};

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) schedules: BTreeMap<String, Row>,
    /// What waits or runs, by id.
    pub(super) jobs: BTreeMap<i64, Job>,
    /// What became of ticks, the oldest first.
    pub(super) runs: Vec<(String, PastRun)>,
    pub(super) processes: HashMap<String, i64>,
    pub(super) last_id: i64,
    /// Of jobs that are unique for a while: by name and fields, the last one and until when.
    pub(super) same: HashMap<(String, String), (i64, i64)>,
    /// What is to happen at a time, by its key.
    pub(super) timers: BTreeMap<String, NewTimer>,
    /// When a job's rate would be exactly used up, in microseconds.
    pub(super) rates: HashMap<&'static str, i64>,
}

#[derive(Debug)]
pub(super) struct Row {
    pub(super) times: String,
    pub(super) next: Option<i64>,
    pub(super) success: Option<i64>,
    pub(super) paused: Option<(i64, String)>,
    pub(super) seen: i64,
}

#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "a row of a table: its columns are independent")]
pub(super) struct Job {
    pub(super) worker: String,
    pub(super) tick: i64,
    pub(super) manual: bool,
    pub(super) missed: u32,
    pub(super) due: i64,
    pub(super) line: Option<String>,
    pub(super) owner: Option<String>,
    pub(super) token: i64,
    pub(super) attempt: u32,
    pub(super) deaths: u32,
    pub(super) began: Option<i64>,
    pub(super) error: Option<String>,
    /// What it is about; `None` of a run of a schedule.
    pub(super) carried: Option<Carried>,
    pub(super) priority: i64,
    pub(super) same: Option<String>,
    pub(super) is_renewed: bool,
    pub(super) is_cancelled: bool,
    pub(super) is_dead: bool,
    pub(super) progress: Option<(i64, i64)>,
    pub(super) steps: HashMap<String, String>,
}

impl Job {
    /// Whether it is yet to end.
    pub(super) fn is_open(&self) -> bool {
        !self.is_dead
    }

    pub(super) fn is_waiting(&self) -> bool {
        self.is_open() && self.owner.is_none()
    }
}

impl State {
    pub(super) fn of<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'s Job> {
        self.jobs.values().filter(move |job| job.worker == name)
    }

    pub(super) fn add(&mut self, job: Job) -> i64 {
        self.last_id += 1;
        self.jobs.insert(self.last_id, job);
        self.last_id
    }

    /// Whether a tick was recorded that was not; a run by hand always is.
    pub(super) fn record(&mut self, name: &str, run: PastRun) -> bool {
        let is_known = |other: &(String, PastRun)| other.0 == name && !other.1.manual && other.1.tick == run.tick;
        if !run.manual && self.runs.iter().any(is_known) {
            return false;
        }
        self.runs.push((name.to_owned(), run));
        true
    }
}

pub(super) fn past(id: i64, tick: i64, manual: bool, state: RunState, missed: u32, ended: Option<i64>) -> PastRun {
    PastRun { id, tick, manual, state, began: None, ended, attempts: 0, missed, error: None }
}

impl State {
    /// A run with what its job knows, where it has not ended.
    pub(super) fn joined(&self, run: &PastRun) -> PastRun {
        let Some(job) = self.jobs.get(&run.id) else { return run.clone() };
        PastRun { began: job.began, attempts: job.attempt + job.deaths, error: job.error.clone(), ..run.clone() }
    }
}

pub(super) fn new_job(name: &str, tick: i64, missed: u32, due: i64, overlap: Overlap, manual: bool) -> Job {
    Job {
        worker: name.to_owned(),
        tick,
        manual,
        missed,
        due,
        line: (overlap != Overlap::Allow).then(|| name.to_owned()),
        owner: None,
        token: 0,
        attempt: 0,
        deaths: 0,
        began: None,
        error: None,
        carried: None,
        priority: 0,
        same: None,
        is_renewed: false,
        is_cancelled: false,
        is_dead: false,
        progress: None,
        steps: HashMap::new(),
    }
}

/// One that was enqueued.
pub(super) fn enqueued(job: &NewJob, now: i64) -> Job {
    let carried = Carried { uid: job.uid.clone(), cause: job.cause.clone(), payload: job.payload.clone() };
    Job {
        line: job.line.clone(),
        carried: Some(carried),
        priority: job.priority,
        same: job.unique.clone(),
        ..new_job(job.worker.name, now, 0, job.due(now), Overlap::Allow, false)
    }
}

impl State {
    /// Stores a job, unless one like it is there: then that one's id.
    pub(super) fn enqueue(&mut self, job: &NewJob, now: i64) -> Result<i64, i64> {
        let Some((same, Unique { within, latest, .. })) = job.unique.clone().zip(job.worker.facts.unique) else {
            return Ok(self.add(enqueued(job, now)));
        };
        let is_same = |other: &Job| {
            other.is_open() && other.worker == job.worker.name && other.same.as_deref() == Some(same.as_str())
        };
        if let Some((id, other)) = self.jobs.iter_mut().find(|(_, other)| is_same(other)) {
            if latest && let Some(carried) = &mut other.carried {
                (carried.payload, carried.cause) = (job.payload.clone(), job.cause.clone());
                other.is_renewed = other.began.is_some();
            }
            return Err(*id);
        }
        let key = (job.worker.name.to_owned(), same);
        if let Some((id, until)) = self.same.get(&key)
            && *until > now
        {
            return Err(*id);
        }
        let id = self.add(enqueued(job, now));
        if within > 0 {
            self.same.insert(key, (id, now.saturating_add(i64::try_from(within).unwrap_or(i64::MAX))));
        }
        Ok(id)
    }
}
