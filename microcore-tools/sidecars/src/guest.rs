//! A guest that runs: one generation, its process, and what is known of its calls.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::breaker::Breaker;
use crate::call::Failed;
use crate::facts::Facts;
use crate::generated::{call, reply};
use crate::process::{Process, State};

/// How long a request waits for a guest that starts again.
const WAIT: Duration = Duration::from_millis(100);
/// So many times are kept.
const KEPT: usize = 512;

#[derive(Debug)]
pub(crate) struct Guest {
    pub(crate) facts: Arc<Facts>,
    pub(crate) process: Process,
    breaker: Breaker,
    calls: AtomicU64,
    failures: AtomicU64,
    times: Mutex<Times>,
    last_error: Mutex<Option<String>>,
}

/// The latest times, in microseconds; the oldest is overwritten.
#[derive(Debug, Default)]
struct Times {
    latest: Vec<u32>,
    next: usize,
}

impl Guest {
    pub(crate) fn new(facts: Arc<Facts>, process: Process) -> Self {
        Self {
            facts,
            process,
            breaker: Breaker::default(),
            calls: AtomicU64::new(0),
            failures: AtomicU64::new(0),
            times: Mutex::default(),
            last_error: Mutex::default(),
        }
    }

    /// Whether it is told of this event by us: the subscribers of a guest that is compiled in are the bus's.
    pub(crate) fn hears(&self, event: &str) -> bool {
        !self.facts.compiled && self.facts.manifest.heard.iter().any(|on| on.event == event)
    }

    /// Asks the guest, and reads its answer: one that is none is a failure as any. An event is patient: it waits for its
    /// place as long as a call may take.
    pub(crate) async fn ask<T>(
        &self,
        work: call::Work,
        patient: bool,
        read: impl FnOnce(reply::Outcome) -> Result<T, Failed>,
    ) -> Result<T, Failed> {
        let begun = Instant::now();
        self.breaker.admit().map_err(|left| Failed::Off {
            reason: "it failed five times in a row".to_owned(),
            seconds: left.as_secs() + 1,
        })?;
        self.calls.fetch_add(1, Ordering::Relaxed);
        let outcome = self.link_and_ask(work, patient).await;
        self.took(begun.elapsed());
        let answer = outcome.and_then(|outcome| match outcome {
            reply::Outcome::Failure(failure) => Err(match u16::try_from(failure.status) {
                Ok(status @ 400..=499) => Failed::Refused { status, message: failure.message },
                _ => Failed::Raised(failure.message),
            }),
            done => read(done),
        });
        match &answer {
            Err(failed) if failed.is_its_fault() => self.failed(failed),
            // Who had no place says nothing about the guest.
            Err(Failed::Busy | Failed::Off { .. }) => {}
            _ => self.breaker.succeeded(),
        }
        answer
    }

    async fn link_and_ask(&self, work: call::Work, patient: bool) -> Result<reply::Outcome, Failed> {
        let time = self.facts.manifest.limits.time;
        let link = self.process.link(if patient { time } else { WAIT }).await.map_err(|off| match off {
            Some(why) => Failed::Off { reason: why, seconds: 30 },
            None => Failed::Off { reason: "it starts again".to_owned(), seconds: 1 },
        })?;
        link.ask(work, time, patient).await
    }

    fn failed(&self, failed: &Failed) {
        self.failures.fetch_add(1, Ordering::Relaxed);
        *self.last_error.lock().unwrap_or_else(PoisonError::into_inner) = Some(failed.to_string());
        if self.breaker.failed() {
            tracing::error!(
                plugin = self.facts.name(),
                "the guest failed five times in a row, and is off for 30 seconds"
            );
        }
    }

    fn took(&self, time: Duration) {
        let micros = u32::try_from(time.as_micros()).unwrap_or(u32::MAX);
        let mut times = self.times.lock().unwrap_or_else(PoisonError::into_inner);
        let next = times.next;
        if times.latest.len() < KEPT {
            times.latest.push(micros);
        } else {
            times.latest[next] = micros;
        }
        times.next = (next + 1) % KEPT;
    }

    /// How many calls there were, and how many of them failed.
    pub(crate) fn counts(&self) -> (u64, u64) {
        (self.calls.load(Ordering::Relaxed), self.failures.load(Ordering::Relaxed))
    }

    /// Of the latest calls, 99 of 100 took no longer.
    pub(crate) fn p99(&self) -> Option<Duration> {
        let mut times = self.times.lock().unwrap_or_else(PoisonError::into_inner).latest.clone();
        times.sort_unstable();
        let place = (times.len() * 99).div_ceil(100).checked_sub(1)?;
        Some(Duration::from_micros(times[place].into()))
    }

    /// `ready`, `restarting`, `off` or `paused`.
    pub(crate) fn state(&self) -> &'static str {
        match self.process.state() {
            State::Off(_) => "off",
            State::Restarting => "restarting",
            State::Ready(_) if self.breaker.is_open() => "paused",
            State::Ready(_) => "ready",
        }
    }

    pub(crate) fn last_error(&self) -> Option<String> {
        if let State::Off(why) = self.process.state() {
            return Some(why);
        }
        self.last_error.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
