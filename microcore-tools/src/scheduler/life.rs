//! Who is alive: this process says so for as long as it has runs, takes over those of processes that say it no longer, and
//! drops its own when it has lost them. And what is old is forgotten.

use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use microcore_runtime::error::{Error, Result};
use microcore_runtime::jobs::{JobStore, Scheduled};
use tokio::time::timeout;

use super::engine::{Engine, new_owner};

/// How often old runs are forgotten.
const FORGET: Duration = Duration::from_secs(10 * 60);

impl<A: Scheduled, S: JobStore> Engine<A, S> {
    /// What processes held that are gone is free again.
    pub(super) async fn take_over(&self, now: i64) -> Result<()> {
        let others = self.store.others(&self.owner()).await?;
        let gone = {
            let mut beats = self.others.lock().unwrap_or_else(PoisonError::into_inner);
            beats.gone(others, self.settings.lease)
        };
        for gone in gone {
            let given = self.store.bury(&gone, now).await?;
            if given > 0 {
                tracing::warn!(process = gone.0, runs = given, "a process is gone, and its runs are taken over");
                self.wake_all();
            }
        }
        Ok(())
    }

    /// Says that the process lives as long as it has runs, and drops those that it has no longer.
    pub(super) async fn live(self: Arc<Self>) {
        let mut last = Instant::now();
        let every = self.settings.lease / 4;
        loop {
            // The end of the process is the end of its runs: this goes on while they end.
            if timeout(every, self.cut.cancelled()).await.is_ok() {
                return;
            }
            if self.running().is_empty() {
                last = Instant::now();
                continue;
            }
            let owner = self.owner();
            // What is asked too slowly is as good as not asked.
            let asked = timeout(self.settings.lease / 2, async {
                let lives = self.store.beat(&owner).await?;
                Ok::<_, Error>((lives, self.store.held(&owner).await?))
            });
            match asked.await {
                Ok(Ok((true, held))) => {
                    last = Instant::now();
                    for asked in held.iter().filter(|held| held.cancelled) {
                        if let Some(run) = self.running().get(&asked.id).filter(|run| run.token == asked.token) {
                            run.cancelled.cancel();
                        }
                    }
                    let held: HashMap<i64, i64> = held.into_iter().map(|held| (held.id, held.token)).collect();
                    // What was claimed a moment ago may not be in the answer yet, but then it has a later token.
                    self.lose(|id, token| held.get(&id).is_some_and(|other| *other > token));
                    self.lose_missing(&held, &owner).await;
                }
                Ok(Ok((false, _))) => {
                    tracing::warn!("this process was taken for dead: it drops its runs, which others have now");
                    *self.owner.lock().unwrap_or_else(PoisonError::into_inner) = new_owner();
                    self.lose(|_, _| true);
                }
                Ok(Err(_)) | Err(_) if last.elapsed() >= self.settings.lease => {
                    tracing::error!("the store can't be reached for as long as a lease: runs are dropped");
                    self.lose(|_, _| true);
                }
                Ok(Err(error)) => tracing::warn!(%error, "no sign of life was given"),
                Err(_) => tracing::warn!("no sign of life was given in time"),
            }
        }
    }

    /// A run that the store does not have as this process's, twice in a row, is lost.
    async fn lose_missing(&self, held: &HashMap<i64, i64>, owner: &str) {
        let missing: Vec<(i64, i64)> = {
            let running = self.running();
            running.iter().filter(|(id, _)| !held.contains_key(id)).map(|(id, run)| (*id, run.token)).collect()
        };
        if missing.is_empty() {
            return;
        }
        // One that was claimed between the question and the answer is there now.
        let Ok(now) = self.store.held(owner).await else { return };
        self.lose(|id, token| {
            missing.contains(&(id, token)) && !now.iter().any(|held| (held.id, held.token) == (id, token))
        });
    }

    fn lose(&self, is_lost: impl Fn(i64, i64) -> bool) {
        for (id, run) in self.running().iter() {
            if is_lost(*id, run.token) {
                run.lost.cancel();
            }
        }
    }

    pub(super) async fn forget(&self) {
        while !self.stop.is_cancelled() {
            if self.is_declared.load(Ordering::Acquire) {
                let now = self.clock.now();
                let keep = i64::try_from(self.settings.keep.as_millis()).unwrap_or(i64::MAX);
                if let Err(error) = self.store.forget(&self.names, now.saturating_sub(keep), now).await {
                    tracing::warn!(%error, "old runs can't be forgotten; it is tried again");
                }
            }
            let _ = timeout(FORGET, self.stop.cancelled()).await;
        }
    }
}
