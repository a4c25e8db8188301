//! Applications on one database, and what they did.

use std::ops::Deref;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use microcore::application::Application as _;
use microcore::lifecycle::Boot;
use microcore::settings::Environment;
use microcore::testing::Running;

use crate::domains::shop::plugins::desk::SCHEDULERS;
use crate::domains::shop::plugins::probe::DATABASES;
use crate::prelude::{Db, Scheduler};
use crate::{App, mount};

/// One row of `ran`: tick, attempt, missed, previous.
pub type Ran = (i64, i64, i64, Option<i64>);

/// An application that serves.
pub struct Process {
    app: Running<App>,
    number: u64,
}

impl Process {
    async fn boot(boot: Boot) -> Self {
        static NUMBERS: AtomicU64 = AtomicU64::new(1);
        let number = NUMBERS.fetch_add(1, Ordering::Relaxed);
        let app = Running::boot(&boot.with("STAGE_NUMBER", &number.to_string())).await.unwrap();
        Self { app, number }
    }

    pub fn db(&self) -> Db {
        DATABASES.lock().unwrap()[&self.number].clone()
    }

    pub fn scheduler(&self) -> Scheduler {
        SCHEDULERS.lock().unwrap()[&self.number].clone()
    }

    pub async fn stop(self) {
        self.app.stop().await;
    }
}

impl Deref for Process {
    type Target = Running<App>;

    fn deref(&self) -> &Running<App> {
        &self.app
    }
}

pub struct Stage {
    pub settings: Vec<(String, String)>,
}

impl Stage {
    /// A database of this name, with processes that look often and die soon.
    pub async fn of(name: &str, more: &[(&str, &str)]) -> Option<Self> {
        let mut settings = mount::settings(name).await?;
        let own = [("LOG_LEVEL", "off"), ("JOBS_POLL", "20ms"), ("JOBS_LEASE", "1s"), ("DRAIN_TIMEOUT", "300ms")];
        settings.extend(own.iter().chain(more).map(|(key, value)| ((*key).to_owned(), (*value).to_owned())));
        Some(Self { settings })
    }

    pub fn environment(&self) -> Environment {
        Environment::of(self.settings.iter().map(|(key, value)| (key.clone(), value.clone())))
    }

    /// A process that serves.
    pub async fn boot(&self) -> Process {
        Process::boot(Boot::new(self.environment()).of(&App::MANIFEST)).await
    }
}

/// A test's own application, with these schedules and a clock that stands at this time.
pub async fn at(name: &str, schedules: &str, time: &str) -> Option<Process> {
    at_with(name, schedules, time, &[]).await
}

/// The same with more settings.
pub async fn at_with(name: &str, schedules: &str, time: &str, more: &[(&str, &str)]) -> Option<Process> {
    let settings = mount::settings(name).await?;
    let own = [("LOG_LEVEL", "off"), ("JOBS_RUN", schedules)];
    let own = own.iter().chain(more).map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
    let environment = Environment::of(settings.into_iter().chain(own));
    Some(Process::boot(Boot::new(environment).of(&App::MANIFEST).in_test().clock(time)).await)
}

/// What a handler did, in the order of its ticks.
pub async fn ran(app: &Process, handler: &str) -> Vec<Ran> {
    let sql = "SELECT tick, attempt, missed, previous FROM ran WHERE handler = $1 ORDER BY tick, attempt";
    app.db().query(sql, handler).await.unwrap()
}

/// The ticks alone, as they are written.
pub async fn ticks(app: &Process, handler: &str) -> Vec<String> {
    let time = |millis: i64| microcore::prelude::Timestamp::from_millisecond(millis).unwrap().to_string();
    ran(app, handler).await.into_iter().map(|(tick, ..)| time(tick)).collect()
}

/// The history of a schedule, the last first: state, attempts, error.
pub async fn history(app: &Process, name: &str) -> Vec<(String, i64, Option<String>)> {
    let sql = "SELECT state, attempts, error FROM _microcore_run WHERE worker = $1 ORDER BY tick DESC, id DESC";
    app.db().query(sql, name).await.unwrap()
}

pub async fn turn(app: &Process, knob: &str, value: i64) {
    let sql = "INSERT INTO knob (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = $2";
    app.db().execute(sql, (knob, value)).await.unwrap();
}

/// Waits until something holds.
pub async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let begun = std::time::Instant::now();
    while !holds().await {
        assert!(begun.elapsed() < Duration::from_secs(30), "it does not come to: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// What jobs did, in order: job, what, attempt.
pub async fn done(app: &Process, tenant: i64) -> Vec<(i64, String, i64)> {
    let sql = "SELECT job, what, attempt FROM done WHERE tenant = $1 ORDER BY made";
    app.db().query(sql, tenant).await.unwrap()
}

/// How often something was done, by whatever job.
pub async fn count(app: &Process, what: &str) -> i64 {
    app.db().query_scalar("SELECT count(*) FROM done WHERE what = $1", what).await.unwrap()
}

/// How a job stands, in a word.
pub async fn state(app: &Process, id: i64) -> &'static str {
    app.scheduler().job(id).await.unwrap().map_or("gone", |job| job.state.word())
}
