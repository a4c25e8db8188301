//! The relay of the outbox.
//!
//! In: events that are committed in a database. Out: the same, in order, handed to the transport; each is deleted after
//! that, never before, so one is repeated where a process dies in between. Of several processes one hands on at a time.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use microcore_runtime::context::Id;
use microcore_runtime::error::Result;
use microcore_runtime::event::{Envelope, Outbox, Outgoing, Place};
use tokio::time::{Instant, sleep_until, timeout};

use super::BusError;
use super::outbox::Kept;

/// The most that are claimed at once.
const BATCH: u32 = 256;
/// How often the outbox is looked at by a process that ever had something in it.
const LOOK: Duration = Duration::from_secs(1);
/// Without tables: so often it is asked whether there are some.
const ASK_AGAIN: Duration = Duration::from_secs(30);
/// After a publish in a transaction, so long is looked often: the commit is not announced.
const SOON: Duration = Duration::from_millis(2);
/// How many such looks.
const LOOKS: u32 = 50;
/// How long it is remembered that an event was handled.
const MEMORY: Duration = Duration::from_hours(24 * 14);

/// Where events are handed on to.
pub(super) trait HandOn: Send + Sync {
    fn hand_on(&self, envelope: &Envelope, payload: &str) -> impl Future<Output = Result<(), BusError>> + Send;
}

/// How fast the relay goes.
pub(super) struct Pace {
    /// How long what is claimed is this process's alone, unless it renews the claim.
    pub(super) lease: Duration,
    /// How often what was handled is forgotten.
    pub(super) forget: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self { lease: Duration::from_secs(5), forget: Duration::from_hours(1) }
    }
}

/// One process's relay.
pub(super) struct HandOver<D, H> {
    database: Arc<D>,
    onward: H,
    pace: Pace,
    /// This process, in this run.
    owner: String,
    /// When the lease was claimed or renewed; `None` where somebody else has it.
    held: Option<Instant>,
    /// Handed on, and not yet deleted.
    done: Vec<Place>,
}

impl<D: Outbox, H: HandOn> HandOver<D, H> {
    pub(super) fn new(database: D, onward: H, pace: Pace) -> Self {
        let owner = format!("{}-{}", std::process::id(), Id::make());
        Self { database: Arc::new(database), onward, pace, owner, held: None, done: Vec::new() }
    }

    /// Hands on what is committed, and forgets what was handled long ago, until the drain begins.
    pub(super) async fn run(self, kept: &Kept) {
        if tables(&*self.database, kept).await {
            let forgetting = forgetting(Arc::clone(&self.database), self.pace.forget, kept);
            tokio::join!(forgetting, self.handing(kept));
        }
    }

    async fn handing(mut self, kept: &Kept) {
        let (mut reached, mut used, mut last) = (true, false, 0);
        while !kept.stop.is_cancelled() {
            // What was kept before this look is handed on by it, where its transaction is committed.
            let seen = kept.count.load(Ordering::Acquire);
            let mut handed = 0;
            for _ in 0..LOOKS {
                match self.batch().await {
                    Ok(0) if handed > 0 => break,
                    Ok(0) => kept.pause(SOON).await,
                    Ok(count) => {
                        handed += count;
                        reached = true;
                    }
                    Err(error) => {
                        if std::mem::take(&mut reached) {
                            tracing::error!(error = %error.chain(), "the outbox can't be handed on; it is tried again");
                        }
                        kept.pause(LOOK).await;
                    }
                }
                if kept.stop.is_cancelled() || (seen == last && handed == 0) {
                    break;
                }
            }
            used |= seen > 0 || handed > 0;
            last = seen;
            if kept.count.load(Ordering::Acquire) == seen {
                // Who keeps nothing hands on what others left behind, and that waits for the end of their lease anyway.
                let look = if used { LOOK } else { self.pace.lease };
                kept.stop.run_until_cancelled(timeout(look, kept.told.notified())).await;
            }
        }
    }

    /// Hands on the oldest; gives how many.
    async fn batch(&mut self) -> Result<usize> {
        // What could not be deleted the last time is not to be handed on again.
        self.settle().await?;
        self.held = Some(Instant::now());
        let batch = self.database.claim(BATCH, &self.owner, self.pace.lease).await?;
        let mut handed = 0;
        let mut settles = Instant::now() + self.pace.lease / 10;
        for outgoing in batch {
            // Somebody else hands the rest on.
            if self.held.is_none_or(|held| held.elapsed() >= self.pace.lease) {
                break;
            }
            let result = self.hand_on(&outgoing).await;
            if result.is_ok() {
                handed += 1;
            }
            if result.is_err() || settles <= Instant::now() {
                self.settle().await?;
                settles = Instant::now() + self.pace.lease / 10;
            }
            // The rest waits too: they go in order.
            result?;
        }
        self.settle().await?;
        Ok(handed)
    }

    /// Hands one on, or sets it aside where it can't be read.
    async fn hand_on(&mut self, outgoing: &Outgoing) -> Result<()> {
        let Outgoing { place, envelope, payload } = outgoing;
        let envelope = match envelope {
            Ok(envelope) => envelope,
            Err(why) => {
                tracing::error!(
                    number = place.number,
                    id = place.id,
                    error = why,
                    "an event in the outbox can't be read"
                );
                return self.database.set_aside(place, why).await;
            }
        };
        let lease = self.pace.lease;
        let mut handing = std::pin::pin!(self.onward.hand_on(envelope, payload));
        let mut renewal = self.held.unwrap_or_else(Instant::now) + lease / 3;
        loop {
            tokio::select! {
                biased;
                handed = &mut handing => break handed?,
                () = sleep_until(renewal) => {
                    let now = Instant::now();
                    match self.database.renew(&self.owner, lease).await {
                        Ok(0) => self.held = None,
                        Ok(_) => self.held = self.held.map(|_| now),
                        // It stays as it is, and ends in time.
                        Err(error) => tracing::warn!(error = %error.chain(), "the lease of the outbox was not renewed"),
                    }
                    renewal = now + lease / 3;
                }
            }
        }
        self.done.push(place.clone());
        Ok(())
    }

    /// Deletes what was handed on.
    async fn settle(&mut self) -> Result<()> {
        if !self.done.is_empty() {
            self.database.handed_on(&self.done).await?;
            self.done.clear();
        }
        Ok(())
    }
}

/// Waits until there are tables: they may come with the command `migrate` later. `false` where the drain begins before.
async fn tables<D: Outbox>(database: &D, kept: &Kept) -> bool {
    while !database.exists().await.unwrap_or_default() {
        if kept.stop.is_cancelled() {
            return false;
        }
        kept.stop.run_until_cancelled(timeout(ASK_AGAIN, kept.told.notified())).await;
    }
    true
}

/// Forgets what was handled long ago, for as long as the process runs.
async fn forgetting<D: Outbox>(database: Arc<D>, every: Duration, kept: &Kept) {
    let mut forgotten = 0;
    while !kept.stop.is_cancelled() {
        match database.forget(MEMORY).await {
            Ok(count @ 1..) => {
                forgotten += count;
                continue;
            }
            Ok(0) => {}
            Err(error) => {
                tracing::warn!(error = %error.chain(), "handled events can't be forgotten; it is tried again");
            }
        }
        if let all @ 1.. = std::mem::take(&mut forgotten) {
            tracing::info!(forgotten = all, "handled events were forgotten after {MEMORY:?}");
        }
        kept.pause(every).await;
    }
}

#[cfg(all(test, feature = "sqlite"))]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests;
