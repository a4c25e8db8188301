//! The loop of one process: looks at the store, fires what ticks, claims what is due.
//!
//! ```text
//! look ─▶ a tick is due: decide, fire ─▶ a run is due: claim ─▶ one task per run (work.rs) ─▶ end
//!  │                                        └─ there was more: claim again, without a look
//!  └─ nothing: sleep until the next one, or JOBS_POLL, or until it is woken
//! ```

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use microcore_runtime::error::Result;
use microcore_runtime::jobs::{Claimed, JobStore, Scheduled};
use tokio::time::{sleep, timeout};

use super::engine::{Engine, Running};

/// Without tables: so often it is asked whether there are some.
const ASK_AGAIN: Duration = Duration::from_secs(30);
/// After an error, so long before the next try.
const AFTER_AN_ERROR: Duration = Duration::from_millis(500);
/// Where there is always more to claim, so often it is looked for everything else.
const LOOK: Duration = Duration::from_millis(100);
/// Where there is more to claim and little room: so long the handlers under way have to make some, so that claims are few.
const BREATH: Duration = Duration::from_millis(1);

/// What the loop knows from its last turns.
#[derive(Debug, Default)]
struct Known {
    /// The last claim took as much as there was room for.
    more: bool,
    /// Whether there were priorities to go by.
    ranked: bool,
    /// When it was looked last.
    looked: Option<Instant>,
}

/// What a claim came to.
#[derive(Debug, Default)]
struct Took {
    any: bool,
    /// When a rate lets the next one begin.
    next: Option<i64>,
}

impl<A: Scheduled, S: JobStore> Engine<A, S> {
    /// One look, and what it leads to; how long to wait for the next one.
    async fn step(self: &Arc<Self>, known: &mut Known) -> Result<Duration> {
        if !self.is_declared.load(Ordering::Acquire) {
            if !self.store.exists().await? {
                return Ok(ASK_AGAIN);
            }
            self.write_down().await?;
        }
        let names = self.names();
        if names.is_empty() && self.timed.is_empty() {
            return Ok(self.settings.poll);
        }
        if known.more && known.looked.is_some_and(|looked| looked.elapsed() < LOOK) {
            if self.room() < self.settings.concurrency.div_ceil(4) {
                sleep(BREATH).await;
            }
            if self.room() > 0 {
                self.take(&names, known).await?;
                return Ok(Duration::ZERO);
            }
        }
        let look = self.store.look(&names, &self.owner()).await?;
        (known.looked, known.ranked, known.more) = (Some(Instant::now()), look.ranked, false);
        if self.clock.says(look.now) {
            tracing::warn!("the clock was set back: ticks that ran are not repeated");
            self.move_ticks(look.now).await?;
        }
        if look.others > 0 {
            self.take_over(look.now).await?;
        }
        if look.arriving {
            self.store.admit(&names, look.now).await?;
        }
        let mut again = look.arriving;
        if look.tick.is_some_and(|tick| tick <= look.now) {
            again |= self.fire(&names, look.now).await?;
        }
        if look.timer.is_some_and(|timer| timer <= look.now) {
            again |= self.ring(look.now).await?;
        }
        let (has_room, mut allowed) = (self.room() > 0, None);
        if has_room && (again || look.run.is_some_and(|run| run <= look.now)) {
            let took = self.take(&names, known).await?;
            again |= took.any;
            allowed = took.next;
        }
        if again {
            return Ok(Duration::ZERO);
        }
        let next = [look.tick, look.timer, look.run.filter(|_| has_room), allowed]
            .into_iter()
            .flatten()
            .filter(|next| *next > look.now)
            .min();
        let wait = next.map(|next| Duration::from_millis((next - look.now).unsigned_abs()));
        Ok(wait.map_or(self.settings.poll, |wait| wait.min(self.settings.poll)))
    }

    /// Claims what there is room for, and begins it.
    async fn take(self: &Arc<Self>, names: &[&'static str], known: &mut Known) -> Result<Took> {
        let room = self.room();
        let claims = self.claim(names, self.clock.now(), known.ranked).await?;
        known.more = claims.taken.len() >= room;
        let took = Took { any: !claims.taken.is_empty(), next: claims.next };
        for claimed in claims.taken {
            self.begin(claimed);
        }
        Ok(took)
    }

    /// Starts the task of a run.
    pub(super) fn begin(self: &Arc<Self>, claimed: Claimed) {
        let (run, seat) = (Running::new(&claimed), self.seats.take());
        self.running().insert(claimed.id, run.clone());
        let engine = Arc::clone(self);
        self.tasks.spawn(async move {
            let id = claimed.id;
            engine.work(claimed, run, seat).await;
            engine.running().remove(&id);
            engine.woken.notify_one();
        });
    }

    pub(super) async fn looking(self: Arc<Self>) {
        // A stop waits for a claim on its way, too: what it brings is to have its time, or to be given back.
        let _claims = self.tasks.token();
        self.hear_others();
        let (mut is_reached, mut known) = (true, Known::default());
        while !self.stop.is_cancelled() {
            let wait = match self.step(&mut known).await {
                Ok(wait) => {
                    is_reached = true;
                    wait
                }
                Err(error) => {
                    if std::mem::take(&mut is_reached) {
                        tracing::error!(%error, "the store of schedules can't be asked; it is tried again");
                    }
                    AFTER_AN_ERROR
                }
            };
            if !wait.is_zero() {
                let woken = timeout(wait, self.woken.notified());
                self.stop.run_until_cancelled(woken).await;
            }
        }
    }
}
