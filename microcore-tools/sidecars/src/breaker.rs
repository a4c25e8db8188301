//! A guest that keeps failing is left alone for a while, then asked once.
//!
//! In: how calls ended. Out: whether the next may be made.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// So many failures in a row.
const THRESHOLD: u32 = 5;
/// So long it is left alone.
const PAUSE: Duration = Duration::from_secs(30);

#[derive(Debug, Default)]
pub(crate) struct Breaker(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    failures: u32,
    /// When one call may be tried again.
    until: Option<Instant>,
}

impl Breaker {
    /// Whether a call may be made; else how long not.
    pub(crate) fn admit(&self) -> Result<(), Duration> {
        let mut state = self.state();
        let Some(until) = state.until else { return Ok(()) };
        let now = Instant::now();
        if now < until {
            return Err(until - now);
        }
        // This one is the probe; whoever comes before it has ended is turned away.
        state.until = Some(now + PAUSE);
        Ok(())
    }

    pub(crate) fn succeeded(&self) {
        *self.state() = State::default();
    }

    /// Notes a failure; whether it is the one from which on the guest is left alone.
    pub(crate) fn failed(&self) -> bool {
        let mut state = self.state();
        state.failures = state.failures.saturating_add(1);
        if state.failures < THRESHOLD {
            return false;
        }
        state.until = Some(Instant::now() + PAUSE);
        state.failures == THRESHOLD
    }

    pub(crate) fn is_open(&self) -> bool {
        self.state().until.is_some()
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn five_failures_in_a_row_are_a_pause_and_then_one_call_is_tried() {
        let breaker = Breaker::default();
        assert!((0..4).all(|_| !breaker.failed()));
        breaker.succeeded();
        assert_eq!((0..5).filter(|_| breaker.failed()).count(), 1, "a success begins the count anew");
        assert_eq!(breaker.admit(), Err(PAUSE));
        tokio::time::advance(PAUSE).await;
        assert_eq!(breaker.admit(), Ok(()), "the probe");
        assert_eq!(breaker.admit(), Err(PAUSE), "and nobody else meanwhile");
        assert!(!breaker.failed(), "it was off before");
        assert_eq!(breaker.admit(), Err(PAUSE));
        tokio::time::advance(PAUSE).await;
        assert_eq!(breaker.admit(), Ok(()));
        breaker.succeeded();
        assert_eq!((breaker.admit(), breaker.is_open()), (Ok(()), false));
    }
}
