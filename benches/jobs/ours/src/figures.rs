//! The same numbers of jobs, the same clock and the same words as in `rivals/src/figures.rs`; then what is ours alone.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use microcore::testing::{Running, boot};

use crate::App;
use crate::domains::desk::events::{Carried, Stepped};
use crate::prelude::Scheduler;

/// Tasks that enqueue one by one.
const TASKS: u64 = 64;
/// Jobs that each of them enqueues.
const EACH: u64 = 100;
/// Jobs that are there, besides, when the workers begin.
const STOCK: u64 = 5_000;
/// Jobs that are enqueued while nothing else is done.
const PINGS: u64 = 100;
/// Jobs of ten steps.
const STEPPED: u64 = 200;

/// Jobs that a handler has been called for.
pub static DONE: AtomicU64 = AtomicU64::new(0);
/// When the last handler was called.
pub static BEGAN: Mutex<Option<Instant>> = Mutex::new(None);
/// What the plugins were given.
pub static SCHEDULER: Mutex<Option<Scheduler>> = Mutex::new(None);

async fn until(count: u64) {
    let begun = Instant::now();
    while DONE.load(Ordering::Acquire) < count {
        assert!(begun.elapsed() < Duration::from_secs(240), "{} of {count}", DONE.load(Ordering::Acquire));
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

fn rate(name: &str, jobs: u64, took: Duration) {
    println!("{name} {:.0}", jobs as f64 / took.as_secs_f64());
}

async fn booted(settings: &[(&str, &str)], more: &[(&str, &str)]) -> (Running<App>, Scheduler) {
    let mut boot = boot::<App>();
    boot.test = false;
    for (key, value) in settings.iter().chain(more).chain(&[("LOG_LEVEL", "error")]) {
        boot.environment = boot.environment.with(*key, *value);
    }
    let app = Running::<App>::boot(&boot).await.expect("the application boots");
    let scheduler = SCHEDULER.lock().unwrap_or_else(PoisonError::into_inner).clone();
    (app, scheduler.expect("the plugin has it"))
}

pub async fn run(settings: &[(&str, &str)]) {
    // Nobody works while jobs come in.
    let (app, scheduler) = booted(settings, &[("JOBS_RUN", "none")]).await;
    let begun = Instant::now();
    let tasks = (0..TASKS).map(|_| {
        let scheduler = scheduler.clone();
        tokio::spawn(async move {
            for number in 0..EACH {
                scheduler.enqueue(Carried { number }).await.expect("it is stored");
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.expect("it enqueues");
    }
    rate("enqueue", TASKS * EACH, begun.elapsed());
    for from in (0..STOCK).step_by(1_000) {
        scheduler.enqueue_all((from..from + 1_000).map(|number| Carried { number })).await.expect("they are stored");
    }
    app.stop().await;

    let begun = Instant::now();
    let (app, scheduler) = booted(settings, &[("JOBS_CONCURRENCY", "64")]).await;
    until(STOCK + TASKS * EACH).await;
    rate("worked", STOCK + TASKS * EACH, begun.elapsed());

    let mut times = Vec::new();
    for number in 0..PINGS {
        tokio::time::sleep(Duration::from_millis(20)).await;
        let (before, begun) = (DONE.load(Ordering::Acquire), Instant::now());
        scheduler.enqueue(Carried { number }).await.expect("it is stored");
        until(before + 1).await;
        let began = BEGAN.lock().unwrap_or_else(PoisonError::into_inner).expect("it has begun");
        times.push(began.saturating_duration_since(begun));
    }
    times.sort_unstable();
    println!("start {:.2}", times[times.len() / 2].as_secs_f64() * 1_000.0);

    let (before, begun) = (DONE.load(Ordering::Acquire), Instant::now());
    scheduler.enqueue_all((0..STEPPED).map(|number| Stepped { number })).await.expect("they are stored");
    until(before + STEPPED).await;
    rate("steps/s", STEPPED * 10, begun.elapsed());
    app.stop().await;
}
