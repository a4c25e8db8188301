//! `JobScheduler` as a tool, and its place in the lifecycle.

use std::marker::PhantomData;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use microcore_runtime::error::{Error, Result};
use microcore_runtime::jobs::{JobStore, Said, Schedule, Scheduled};
use microcore_runtime::lifecycle::{Boot, Scheduling};
use microcore_runtime::manifest::ToolFacts;
use microcore_runtime::plugin::Identity;
use microcore_runtime::settings::{Problems, Settings};
use microcore_runtime::tool::Tool;

use tokio::time::timeout;

use super::clock::{Clock, wall_clock};
use super::engine::{Engine, Own, Takes};
use super::enqueue::Told;
use super::memory::MemoryStore;
use super::said::ended;
use super::timers::timed;
use super::{InDatabase, InMemory, JobScheduler, SchedulerSettings, Shared};

impl<A: Send + Sync + 'static, P: 'static> Tool for JobScheduler<A, P> {
    type Settings = SchedulerSettings;

    const FACTS: ToolFacts = ToolFacts {
        name: "scheduler",
        doc: "What runs at times, and jobs.",
        methods: Self::METHODS,
        settings: SchedulerSettings::KEYS,
        ..ToolFacts::EMPTY
    };

    async fn setup(settings: SchedulerSettings, boot: &Boot) -> Result<Self> {
        let clock = if boot.test { Clock::of_a_test(test_time(boot)?) } else { Clock::of_the_process() };
        let recorder = boot.test.then(Mutex::default);
        let (engines, resting, is_started) = (Mutex::default(), Mutex::default(), AtomicBool::new(false));
        let (clock, timers) = (Arc::new(clock), Mutex::default());
        let shared = Shared { settings, clock, engines, is_started, resting, recorder, timers };
        Ok(Self { shared: Arc::new(shared), of: PhantomData })
    }

    fn bind(&self, _: &'static Identity) -> Self {
        self.clone()
    }

    /// Not well where ticks of this process's schedules are long due and no process fires them: their plugin is off here,
    /// and so it is everywhere else.
    async fn health_check(&self) -> Result<()> {
        for engine in self.engines() {
            if let Some(name) = engine.unserved().await? {
                return Err(Error::unavailable(format!(
                    "`{name}` is due, and nobody runs it: its plugin is off here, and no other process takes it"
                )));
            }
        }
        Ok(())
    }
}

/// When a test begins: see `Boot::clock`.
fn test_time(boot: &Boot) -> Result<i64> {
    let Some(text) = boot.environment.get("JOBS_TEST_CLOCK") else { return Ok(wall_clock()) };
    let time: Result<Timestamp, _> = text.parse();
    time.map(Timestamp::as_millisecond).map_err(|error| {
        let mut problems = Problems::default();
        problems.add("JOBS_TEST_CLOCK", format!("must be a time, as in 2027-03-28T00:30:00Z: {error}"));
        problems.into()
    })
}

impl<A: Scheduled, P: 'static> JobScheduler<A, P> {
    /// Makes both engines, once: from then on jobs can be enqueued.
    fn attach_to<S: JobStore>(&self, app: &'static A, store: S, is_shared: bool) {
        let shared = &*self.shared;
        let takes = |schedule: &Schedule| shared.settings.run.takes(schedule.name);
        let mut engines = shared.engines.lock().unwrap_or_else(PoisonError::into_inner);
        if !engines.is_empty() {
            return;
        }
        store.listen(Arc::new(Told(Arc::clone(&self.shared))));
        {
            for name in unknown::<A>(&shared.settings) {
                tracing::warn!("JOBS_RUN names `{name}`, and there is no such schedule or job");
            }
            let (settings, clock) = (|| shared.settings.clone(), || Arc::clone(&shared.clock));
            let own = |broadcast: bool| {
                let schedules = A::SCHEDULES.iter().enumerate();
                let own = schedules.filter(|(_, one)| one.facts.broadcast == broadcast);
                own.map(|(number, one)| (one.name, (Own::Schedule(number), takes(one)))).collect::<Vec<_>>()
            };
            let jobs = A::WORKERS
                .iter()
                .enumerate()
                .map(|(number, worker)| (worker.name, (Own::Job(number), shared.settings.run.takes(worker.name))));
            // What has no role of any kind sees to no timers.
            let timed = if shared.settings.run.is_none() { Vec::new() } else { timed::<A>() };
            let stored = Takes { own: own(false).into_iter().chain(jobs).collect(), timed };
            let stored = Engine::new(app, store, settings(), clock(), is_shared, stored);
            let each = Takes { own: own(true).into_iter().collect(), timed: Vec::new() };
            let each = Engine::new(app, MemoryStore::new(clock()), settings(), clock(), false, each);
            *engines = vec![stored, each];
        }
    }

    /// Lets both engines run, once.
    async fn run_all(&self) {
        let shared = &*self.shared;
        let engines = self.engines();
        if engines.is_empty() || shared.is_started.swap(true, Ordering::AcqRel) {
            return;
        }
        for engine in engines {
            // What goes wrong is told by the loop, which does it again, or by a test's first `advance`.
            let _ = engine.declare().await;
            if !shared.clock.is_test() {
                tokio::spawn(engine.run());
            }
        }
    }

    /// Takes no more runs; those under way end beside the requests, in a task of their own.
    fn halt_all(&self, within: Duration) {
        let engines = self.engines();
        for engine in &engines {
            engine.halt();
        }
        let mut resting = self.shared.resting.lock().unwrap_or_else(PoisonError::into_inner);
        if resting.is_none() {
            let rests = engines.into_iter().map(move |engine| engine.rest(within));
            *resting = Some(tokio::spawn(async move {
                futures_util::future::join_all(rests).await;
            }));
        }
    }

    async fn run_here_of_all(&self, name: &str) -> Result<Said> {
        self.stored()?;
        for engine in self.engines() {
            if let Some(run) = engine.run_here(name.to_owned()).await? {
                return Ok(ended(&run));
            }
        }
        Err(Error::not_found(format!("schedule `{name}`")))
    }

    async fn rest_all(&self, deadline: Duration) {
        self.halt_all(deadline);
        let resting = self.shared.resting.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(resting) = resting {
            let _ = timeout(deadline, resting).await;
        }
    }

    /// Goes from one time at which there is something to do to the next.
    async fn advance_all(&self, by: Duration) -> Result<()> {
        let clock = &self.shared.clock;
        if !clock.is_test() {
            return Err(Error::internal("only the clock of a test can be moved"));
        }
        let end = clock.now().saturating_add(i64::try_from(by.as_millis()).unwrap_or(i64::MAX));
        let engines = self.engines();
        loop {
            let mut next: Option<i64> = None;
            for engine in &engines {
                next = [next, engine.next().await?].into_iter().flatten().min();
            }
            let Some(next) = next.filter(|next| *next <= end) else { break };
            clock.stands_at(next.max(clock.now()));
            for engine in &engines {
                Arc::clone(engine).settle().await?;
            }
        }
        clock.stands_at(end);
        Ok(())
    }
}

/// Names in `JOBS_RUN` that stand for nothing.
fn unknown<A: Scheduled>(settings: &SchedulerSettings) -> Vec<String> {
    let super::Roles::Named(names) = &settings.run else { return Vec::new() };
    let is_unknown = |name: &&String| {
        let alone = super::Roles::Named(vec![(*name).clone()]);
        let mut all = A::SCHEDULES.iter().map(|one| one.name).chain(A::WORKERS.iter().map(|one| one.name));
        !all.any(|known| alone.takes(known))
    };
    names.iter().filter(is_unknown).cloned().collect()
}

impl<A: Scheduled, D: JobStore> Scheduling<A, D> for JobScheduler<A, InDatabase> {
    const STORED: bool = true;

    fn attach(&self, app: &'static A, database: Option<D>) {
        if let Some(database) = database {
            self.attach_to(app, database, true);
        }
    }

    async fn start(&self, app: &'static A, database: Option<D>) {
        self.attach(app, database);
        self.run_all().await;
    }

    fn halt(&self, within: Duration) {
        self.halt_all(within);
    }

    async fn rest(&self, deadline: Duration) {
        self.rest_all(deadline).await;
    }

    async fn advance(&self, by: Duration) -> Result<()> {
        self.advance_all(by).await
    }

    async fn run_here(&self, name: &str) -> Result<Said> {
        self.run_here_of_all(name).await
    }
}

impl<A: Scheduled, D: Send> Scheduling<A, D> for JobScheduler<A, InMemory> {
    const STORED: bool = false;

    fn attach(&self, app: &'static A, _: Option<D>) {
        self.attach_to(app, MemoryStore::new(Arc::clone(&self.shared.clock)), false);
    }

    async fn start(&self, app: &'static A, database: Option<D>) {
        self.attach(app, database);
        self.run_all().await;
    }

    fn halt(&self, within: Duration) {
        self.halt_all(within);
    }

    async fn rest(&self, deadline: Duration) {
        self.rest_all(deadline).await;
    }

    async fn advance(&self, by: Duration) -> Result<()> {
        self.advance_all(by).await
    }

    async fn run_here(&self, name: &str) -> Result<Said> {
        self.run_here_of_all(name).await
    }
}
