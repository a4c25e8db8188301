//! What the supervisor and those who wait for it know together: whether the code is that of the files.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{Notify, watch};

use super::failure::Failure;
use super::watcher::Watcher;

/// What can be answered now.
#[derive(Debug, Clone)]
pub(super) enum State {
    /// The code is that of the files.
    Live,
    /// It is older; the old code runs.
    Building,
    /// The same, and nobody runs.
    Changing,
    /// The files are no program; the old code runs.
    Stale(Arc<Failure>),
    /// Nobody runs, until a file changes.
    Down(Arc<Failure>),
}

/// Shared by all.
#[derive(Debug)]
pub(super) struct Stage {
    state: watch::Sender<State>,
    seen: Mutex<Seen>,
    changed: Notify,
    /// How long a request waits for new code; `None` does not wait for a build.
    hold: Option<Duration>,
    waited: AtomicUsize,
}

#[derive(Debug)]
struct Seen {
    watcher: Watcher,
    pending: Vec<PathBuf>,
    /// When the last look began.
    at: Instant,
}

impl Stage {
    pub(super) fn new(watcher: Watcher, hold: Option<Duration>) -> Self {
        let seen = Seen { watcher, pending: Vec::new(), at: Instant::now() };
        let waited = AtomicUsize::new(0);
        Self { state: watch::Sender::new(State::Changing), seen: seen.into(), changed: Notify::new(), hold, waited }
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the watcher knows.
    pub(super) fn watcher<T>(&self, ask: impl FnOnce(&mut Watcher) -> T) -> T {
        ask(&mut self.seen().watcher)
    }

    /// Looks whether a file has changed, unless somebody has begun to do so since this was called; how long that took.
    pub(super) fn look(&self) -> Duration {
        let called = Instant::now();
        let mut seen = self.seen();
        if seen.at >= called {
            return Duration::ZERO;
        }
        seen.at = Instant::now();
        let changes = seen.watcher.changes();
        if !changes.is_empty() {
            seen.pending.extend(changes);
            if self.hold.is_some() {
                self.state.send_if_modified(|state| {
                    let waits = match state {
                        State::Live | State::Stale(_) => State::Building,
                        State::Down(_) => State::Changing,
                        State::Building | State::Changing => return false,
                    };
                    *state = waits;
                    true
                });
            }
            self.changed.notify_one();
        }
        seen.at.elapsed()
    }

    /// Waits until something has changed.
    pub(super) async fn changes(&self) {
        while self.seen().pending.is_empty() {
            self.changed.notified().await;
        }
    }

    /// What has, once nothing more did for so long.
    pub(super) async fn quiet(&self, quiet: Duration) -> Vec<PathBuf> {
        loop {
            let before = self.seen().pending.len();
            tokio::time::sleep(quiet).await;
            self.look();
            let mut seen = self.seen();
            if seen.pending.len() == before {
                return std::mem::take(&mut seen.pending);
            }
        }
    }

    /// Says how it went. Where a file has changed meanwhile, requests go on waiting.
    pub(super) fn settle(&self, state: State) {
        let seen = self.seen();
        let is_news = !seen.pending.is_empty() && self.hold.is_some();
        self.state.send_replace(match state {
            State::Live | State::Stale(_) if is_news => State::Building,
            State::Down(_) if is_news => State::Changing,
            state => state,
        });
    }

    /// Whoever wants to know of every change.
    pub(super) fn listen(&self) -> watch::Receiver<State> {
        self.state.subscribe()
    }

    /// Waits until a request can be answered as the files say, or has waited long enough.
    pub(super) async fn ready(&self) -> State {
        self.look();
        let mut states = self.state.subscribe();
        let now = states.borrow().clone();
        let waits = match now {
            State::Building => self.hold.is_some(),
            State::Changing => true,
            _ => return now,
        };
        if !waits {
            return now;
        }
        self.waited.fetch_add(1, Ordering::Relaxed);
        let can_be_answered = |state: &State| match state {
            State::Building => self.hold.is_none(),
            state => !matches!(state, State::Changing),
        };
        let limit = self.hold.unwrap_or(Duration::MAX);
        let waited = tokio::time::timeout(limit, states.wait_for(can_be_answered)).await;
        match waited {
            Ok(Ok(state)) => state.clone(),
            _ => self.state.borrow().clone(),
        }
    }

    /// How many requests have waited since this was last asked.
    pub(super) fn waited(&self) -> usize {
        self.waited.swap(0, Ordering::Relaxed)
    }
}
