//! How each library is measured: the same numbers of jobs, the same clock, the same words.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Tasks that enqueue one by one.
pub const TASKS: u64 = 64;
/// Jobs that each of them enqueues.
pub const EACH: u64 = 100;
/// Jobs that are there when the workers begin.
pub const STOCK: u64 = 5_000;
/// Jobs that are enqueued while nothing else is done.
pub const PINGS: u64 = 100;

/// Jobs that a handler has been called for.
pub static DONE: AtomicU64 = AtomicU64::new(0);
/// When the last handler was called.
pub static BEGAN: Mutex<Option<Instant>> = Mutex::new(None);

/// What every handler does.
pub fn handled() {
    *BEGAN.lock().unwrap() = Some(Instant::now());
    DONE.fetch_add(1, Ordering::AcqRel);
}

/// Waits until so many were handled.
pub async fn until(count: u64) {
    let begun = Instant::now();
    while DONE.load(Ordering::Acquire) < count {
        assert!(
            begun.elapsed() < Duration::from_secs(240),
            "{} of {count} after four minutes",
            DONE.load(Ordering::Acquire)
        );
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// Jobs per second.
pub fn rate(name: &str, jobs: u64, took: Duration) {
    println!("{name} {:.0}", jobs as f64 / took.as_secs_f64());
}

/// The median, in milliseconds.
pub fn median(name: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    println!("{name} {:.2}", times[times.len() / 2].as_secs_f64() * 1_000.0);
}

/// Enqueues now and then, and measures until each handler begins.
pub async fn pings<F: Future<Output = ()>>(mut enqueue: impl FnMut() -> F) -> Vec<Duration> {
    let mut times = Vec::new();
    for _ in 0..PINGS {
        tokio::time::sleep(Duration::from_millis(20)).await;
        let (before, begun) = (DONE.load(Ordering::Acquire), Instant::now());
        enqueue().await;
        until(before + 1).await;
        times.push(BEGAN.lock().unwrap().unwrap().duration_since(begun));
    }
    times
}
