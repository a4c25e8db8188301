//! What one process has of schedules and jobs: which it takes, which it runs, and what it asks of the store.

use microcore_runtime::context::Id;
use microcore_runtime::error::Result;
use microcore_runtime::jobs::{
    Claim, Claimed, Claims, Declared, Due, Ending, Enqueued, JobStore, Limited, NewJob, Recorded, Ringer, Schedule,
    Scheduled, Worker,
};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::clock::Clock;
use super::desk::Progress;
use super::firing::decide;
use super::grouped::Grouped;
use super::seats::Seats;
use super::settings::SchedulerSettings;
use super::times::Times;
use crate::beats::Beats;

/// The most runs that are claimed at once.
const BATCH: usize = 100;

/// What a process takes, by its number.
#[derive(Debug, Clone, Copy)]
pub(super) enum Own {
    Schedule(usize),
    Job(usize),
}

/// A run of this process that is under way.
#[derive(Debug, Clone)]
pub(super) struct Running {
    pub(super) token: i64,
    /// Somebody wants it dropped.
    pub(super) cancelled: CancellationToken,
    pub(super) progress: Arc<Progress>,
    /// Others have it, or may have it: whatever it does from now on counts for nothing.
    pub(super) lost: CancellationToken,
    /// Whoever ordered it looks on: it is not repeated.
    pub(super) is_only: bool,
}

impl Running {
    pub(super) fn new(claimed: &Claimed) -> Self {
        let run = Self {
            token: claimed.token,
            cancelled: CancellationToken::new(),
            progress: Arc::default(),
            lost: CancellationToken::new(),
            is_only: false,
        };
        if claimed.cancelled {
            run.cancelled.cancel();
        }
        run
    }

    pub(super) fn only_once(self) -> Self {
        Self { is_only: true, ..self }
    }
}

/// What the loop and the runs share.
pub(super) struct Engine<A: 'static, S> {
    pub(super) app: &'static A,
    pub(super) store: S,
    pub(super) settings: SchedulerSettings,
    pub(super) clock: Arc<Clock>,
    /// The schedules and jobs of the application, by name.
    own: HashMap<&'static str, Own>,
    /// Those that this process takes.
    pub(super) names: Vec<&'static str>,
    /// The events and jobs whose timers it sees to, by name.
    pub(super) timed: Vec<&'static str>,
    /// Whether it says that it lives: a store in memory dies with its process.
    pub(super) is_shared: bool,
    pub(super) owner: Mutex<String>,
    pub(super) running: Mutex<HashMap<i64, Running>>,
    /// The handlers under way: a run whose end is being written has none any more.
    pub(super) seats: Arc<Seats>,
    pub(super) others: Mutex<Beats>,
    times: Mutex<HashMap<String, Arc<Times>>>,
    pub(super) woken: Notify,
    /// No more runs are taken.
    pub(super) stop: CancellationToken,
    /// What is under way is given back.
    pub(super) cut: CancellationToken,
    pub(super) tasks: TaskTracker,
    pub(super) is_declared: AtomicBool,
    /// What wakes the other processes, where the store can.
    pub(super) ringer: OnceLock<Option<Ringer>>,
    /// Runs that end at one time are ended together, and jobs that come so are stored together.
    pub(super) ends: Grouped<Ending, bool>,
    pub(super) arrivals: Grouped<NewJob, Enqueued>,
    pub(super) steps: Grouped<Recorded, bool>,
}

/// What an engine takes of its application.
pub(super) struct Takes {
    /// Every schedule and job that there is for it, and whether this process takes it.
    pub(super) own: HashMap<&'static str, (Own, bool)>,
    /// The events and jobs whose timers it sees to.
    pub(super) timed: Vec<&'static str>,
}

impl<A: Scheduled, S: JobStore> Engine<A, S> {
    pub(super) fn new(
        app: &'static A,
        store: S,
        settings: SchedulerSettings,
        clock: Arc<Clock>,
        is_shared: bool,
        takes: Takes,
    ) -> Arc<Self> {
        let mut names: Vec<&'static str> =
            takes.own.iter().filter(|(_, (_, is_taken))| *is_taken).map(|(name, _)| *name).collect();
        names.sort_unstable();
        let own = takes.own.into_iter().map(|(name, (own, _))| (name, own)).collect();
        Arc::new(Self {
            app,
            store,
            settings,
            clock,
            own,
            names,
            timed: takes.timed,
            is_shared,
            owner: Mutex::new(new_owner()),
            running: Mutex::default(),
            seats: Arc::default(),
            others: Mutex::default(),
            times: Mutex::default(),
            woken: Notify::new(),
            stop: CancellationToken::new(),
            cut: CancellationToken::new(),
            tasks: TaskTracker::new(),
            is_declared: AtomicBool::new(false),
            ringer: OnceLock::new(),
            ends: Grouped::default(),
            arrivals: Grouped::default(),
            steps: Grouped::default(),
        })
    }

    pub(super) fn owner(&self) -> String {
        self.owner.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn running(&self) -> MutexGuard<'_, HashMap<i64, Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The times that a row holds, read once.
    pub(super) fn times(&self, text: &str) -> Result<Arc<Times>> {
        let mut known = self.times.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(times) = known.get(text) {
            return Ok(Arc::clone(times));
        }
        let times = Arc::new(Times::parse(text)?);
        known.insert(text.to_owned(), Arc::clone(&times));
        Ok(times)
    }

    pub(super) fn schedule(&self, name: &str) -> Option<(usize, &'static Schedule)> {
        match *self.own.get(name)? {
            Own::Schedule(number) => Some((number, &A::SCHEDULES[number])),
            Own::Job(_) => None,
        }
    }

    pub(super) fn worker(&self, name: &str) -> Option<(usize, &'static Worker)> {
        match *self.own.get(name)? {
            Own::Schedule(_) => None,
            Own::Job(number) => Some((number, A::WORKERS[number])),
        }
    }

    /// Those whose plugins run: what a plugin would run that is off is left to others.
    pub(super) fn names(&self) -> Vec<&'static str> {
        let runs = |name: &&&str| match self.own.get(**name) {
            Some(Own::Schedule(number)) => self.app.is_running(*number),
            Some(Own::Job(number)) => self.app.is_working(*number),
            None => false,
        };
        self.names.iter().filter(runs).copied().collect()
    }

    pub(super) async fn write_down(&self) -> Result<()> {
        self.write_down_these(&self.names).await?;
        self.is_declared.store(true, Ordering::Release);
        Ok(())
    }

    /// Writes some schedules down as this build has them.
    pub(super) async fn write_down_these(&self, names: &[&str]) -> Result<()> {
        let now = if self.clock.is_test() { self.clock.now() } else { self.store.clock().await? };
        self.clock.says(now);
        let mut declared = Vec::new();
        for name in names {
            let Some((_, schedule)) = self.schedule(name) else { continue };
            let text = Times::text(&schedule.facts.when, &self.settings.zone.name);
            let next = self.times(&text)?.next(now).unwrap_or(i64::MAX);
            declared.push(Declared { name: (*name).to_owned(), times: text, next });
        }
        self.store.declare(&declared, now).await
    }

    /// Fires what is due; whether there was anything.
    pub(super) async fn fire(&self, names: &[&str], now: i64) -> Result<bool> {
        let due = self.store.due(names, now).await?;
        let mut fired = false;
        for due in due {
            match self.fire_one(&due, now).await {
                Ok(()) => fired = true,
                // One whose times can't be read must not hold up the others.
                Err(error) => tracing::error!(schedule = due.name, %error, "a tick could not be fired"),
            }
        }
        Ok(fired)
    }

    async fn fire_one(&self, due: &Due, now: i64) -> Result<()> {
        let Some((_, schedule)) = self.schedule(&due.name) else { return Ok(()) };
        let firing = decide(schedule.facts, &*self.times(&due.times)?, due, now);
        if let Some((_, _, missed)) = firing.recorded.last() {
            tracing::warn!(schedule = due.name, missed, "ticks were missed and are not run");
        }
        // What one process has no room for, another one has.
        if self.store.fire(&firing, now).await? > 0 {
            self.wake_all();
        }
        Ok(())
    }

    /// A clock that was set back leaves next ticks behind that lie too far away.
    pub(super) async fn move_ticks(&self, now: i64) -> Result<()> {
        for standing in self.store.standing().await? {
            let Some(was) = standing.next.filter(|_| self.names.contains(&standing.name.as_str())) else { continue };
            let Some(next) = self.times(&standing.times)?.next(now) else { continue };
            if was > next {
                self.store.move_tick(&standing.name, was, next).await?;
            }
        }
        Ok(())
    }

    /// How many more handlers may begin. Ends that can't be written must not grow without end.
    pub(super) fn room(&self) -> usize {
        let (most, running) = (self.settings.concurrency, self.running().len());
        most.saturating_sub(self.seats.taken()).min(most.saturating_mul(2).saturating_sub(running)).min(BATCH)
    }

    /// Claims what is due, as much as there is room for.
    pub(super) async fn claim(&self, names: &[&'static str], now: i64, ranked: bool) -> Result<Claims> {
        let room = self.room();
        if room == 0 || names.is_empty() {
            return Ok(Claims::default());
        }
        let (limited, free): (Vec<&'static str>, Vec<&'static str>) =
            names.iter().partition(|name| self.limits(name).is_some());
        let limited: Vec<Limited> = limited.into_iter().filter_map(|name| self.limits(name)).collect();
        let owner = self.owner();
        if self.is_shared && self.running().is_empty() {
            // Who holds nothing gives no sign of life, and may have been taken for dead.
            self.store.join(&owner).await?;
        }
        let claim = Claim { owner: &owner, names: &free, limited: &limited, limit: room, now, ranked };
        self.store.claim(&claim).await
    }

    /// What the whole fleet keeps to, of a job that has such limits.
    fn limits(&self, name: &str) -> Option<Limited> {
        let (_, worker) = self.worker(name)?;
        let (at_once, rate) = (worker.facts.at_once, worker.facts.rate);
        (at_once > 0 || rate.is_some()).then_some(Limited { name: worker.name, at_once, rate })
    }
}

/// This process, in this run.
pub(super) fn new_owner() -> String {
    format!("{}-{}", std::process::id(), Id::make())
}
