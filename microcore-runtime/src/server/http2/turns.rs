//! Whose turn it is on the streams of a connection, and how long a client may leave its own unused.

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior, interval};

use crate::server::pace::Waits;

/// A wait is looked at so many times; it may last one part longer.
const PARTS: u32 = 4;

/// What is known of one connection.
#[derive(Debug, Default)]
pub(super) struct Turns {
    /// Streams that the client opened and that are not over on the wire.
    open: AtomicUsize,
    /// Of these, where it is the server's turn: a handler runs, or an answer has nothing more to say yet.
    ours: AtomicUsize,
    /// Grows with every stream that is opened.
    opened: AtomicU64,
    /// Grows with every piece of an answer that goes out.
    taken: AtomicU64,
}

/// Why a connection is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Expired {
    /// No stream was open for the whole wait.
    Idle,
    /// Answers waited, and none of them moved.
    Stalled,
}

/// It is the server's turn on one stream, as long as this is held.
#[derive(Debug)]
pub(super) struct OurTurn(Arc<Turns>);

impl Turns {
    /// The server's turn begins.
    pub(super) fn ours(self: &Arc<Self>) -> OurTurn {
        self.ours.fetch_add(1, Ordering::Relaxed);
        OurTurn(self.clone())
    }

    pub(super) fn set_open(&self, streams: usize) {
        self.open.store(streams, Ordering::Relaxed);
    }

    pub(super) fn opens(&self) {
        self.opened.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn takes(&self) {
        self.taken.fetch_add(1, Ordering::Relaxed);
    }

    /// Ready once the client has left its turn unused for as long as `waits` say.
    pub(super) async fn expired(&self, waits: Waits) -> Expired {
        let some = [waits.idle, waits.write].into_iter().filter(|wait| !wait.is_zero());
        let Some(shortest) = some.min() else { return pending().await };
        let mut looks = interval((shortest / PARTS).max(Duration::from_millis(1)));
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let (mut idle, mut stalled) = (Since::default(), Since::default());
        let (mut opened, mut taken) = (0, 0);
        loop {
            let now = looks.tick().await;
            let open = self.open.load(Ordering::Relaxed);
            let waiting = open > self.ours.load(Ordering::Relaxed);
            let is_quiet = !changed(&mut opened, &self.opened) && open == 0;
            let is_stuck = !changed(&mut taken, &self.taken) && waiting;
            if idle.lasts(is_quiet, now) >= waits.idle && is_quiet && !waits.idle.is_zero() {
                return Expired::Idle;
            }
            if stalled.lasts(is_stuck, now) >= waits.write && is_stuck && !waits.write.is_zero() {
                return Expired::Stalled;
            }
        }
    }
}

impl Drop for OurTurn {
    fn drop(&mut self) {
        self.0.ours.fetch_sub(1, Ordering::Relaxed);
    }
}

fn changed(seen: &mut u64, counter: &AtomicU64) -> bool {
    let now = counter.load(Ordering::Relaxed);
    std::mem::replace(seen, now) != now
}

/// Since when something has been so at every look.
#[derive(Default)]
struct Since(Option<Instant>);

impl Since {
    fn lasts(&mut self, is_so: bool, now: Instant) -> Duration {
        if !is_so {
            self.0 = None;
            return Duration::ZERO;
        }
        now - *self.0.get_or_insert(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waits(idle: u64, write: u64) -> Waits {
        Waits { idle: Duration::from_secs(idle), head: Duration::ZERO, write: Duration::from_secs(write) }
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_without_streams_is_idle_and_one_that_was_asked_is_not() {
        let turns = Arc::new(Turns::default());
        let began = Instant::now();
        let expired = tokio::spawn({
            let turns = turns.clone();
            async move { turns.expired(waits(60, 30)).await }
        });
        tokio::time::sleep(Duration::from_secs(50)).await;
        // Answered at once, between two looks.
        turns.opens();
        assert_eq!(expired.await.unwrap(), Expired::Idle);
        assert!(began.elapsed() >= Duration::from_secs(110), "{:?}", began.elapsed());
    }

    #[tokio::test(start_paused = true)]
    async fn a_handler_may_take_its_time_and_a_client_may_not() {
        let turns = Arc::new(Turns::default());
        turns.opens();
        turns.set_open(1);
        let began = Instant::now();
        let ours = turns.ours();
        let expired = tokio::spawn({
            let turns = turns.clone();
            async move { turns.expired(waits(60, 30)).await }
        });
        tokio::time::sleep(Duration::from_secs(500)).await;
        drop(ours);
        tokio::time::sleep(Duration::from_secs(20)).await;
        turns.takes();
        assert_eq!(expired.await.unwrap(), Expired::Stalled);
        let waited = began.elapsed().as_secs();
        assert!((550..=565).contains(&waited), "{waited}");
    }

    #[tokio::test(start_paused = true)]
    async fn zero_waits_forever() {
        let turns = Arc::new(Turns::default());
        turns.set_open(1);
        let forever = tokio::time::timeout(Duration::from_secs(10 * 60 * 60), turns.expired(waits(0, 0)));
        assert!(forever.await.is_err());
        let idle_only = tokio::time::timeout(Duration::from_secs(10 * 60 * 60), turns.expired(waits(60, 0)));
        assert!(idle_only.await.is_err(), "an open stream is not idle");
    }
}
