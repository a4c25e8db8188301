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
use microcore_runtime::event::{Envelope, Outbox, Outgoing, Place, Turn};
use tokio::time::{Instant, sleep_until, timeout};

use super::BusError;
use super::outbox::Kept;
use crate::beats::Beats;

/// The most that are claimed at once.
const BATCH: u32 = 256;
/// How often the outbox is looked at where nobody in this process has kept anything: what a process left behind that died
/// between its commit and its relay.
const LOOK: Duration = Duration::from_secs(10);
/// Without tables: so often it is asked whether there are some.
const ASK_AGAIN: Duration = Duration::from_secs(30);
/// After an error, so long before the next try.
const AFTER_AN_ERROR: Duration = Duration::from_millis(500);
/// While another process has its turn, so often it is asked whether it has passed it.
const OTHERS: Duration = Duration::from_millis(25);
/// After a publish in a transaction that can't be found yet, so long until the next look; twice as long each time. A commit
/// wakes the relay; this is for the transaction whose commit is not heard of.
const SOON: Duration = Duration::from_millis(2);
/// The longest such wait.
const SOON_AT_MOST: Duration = Duration::from_secs(1);
/// How long it is remembered that an event was handled.
const MEMORY: Duration = Duration::from_secs(24 * 14 * 60 * 60);

/// Where events are handed on to.
pub(super) trait HandOn: Send + Sync {
    /// Takes a few over within the database, where what hands on keeps its own there, too: how many, or `None` within where
    /// nothing waits. `None` where they are to be handed on.
    fn take_over(&self) -> impl Future<Output = Option<Result<Option<usize>, BusError>>> + Send {
        async { None }
    }

    fn hand_on(&self, envelope: &Envelope, payload: &str) -> impl Future<Output = Result<(), BusError>> + Send;
}

/// How fast the relay goes.
pub(super) struct Pace {
    /// How long who has the turn may give no sign of life.
    pub(super) lease: Duration,
    /// How often what was handled is forgotten.
    pub(super) forget: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self { lease: Duration::from_secs(5), forget: Duration::from_secs(60 * 60) }
    }
}

/// One process's relay.
pub(super) struct HandOver<D, H> {
    database: Arc<D>,
    onward: H,
    pace: Pace,
    /// This process, in this run.
    owner: String,
    /// When the turn was taken or the last sign of life given; `None` where somebody else has it.
    held: Option<Instant>,
    /// How long the process has stood still that has the turn.
    others: Beats,
    /// Handed on, and not yet deleted.
    done: Vec<Place>,
}

impl<D: Outbox, H: HandOn> HandOver<D, H> {
    pub(super) fn new(database: D, onward: H, pace: Pace) -> Self {
        let owner = format!("{}-{}", std::process::id(), Id::make());
        Self {
            database: Arc::new(database),
            onward,
            pace,
            owner,
            held: None,
            others: Beats::default(),
            done: Vec::new(),
        }
    }

    /// Hands on what is committed, and forgets what was handled long ago, until the drain begins.
    pub(super) async fn run(self, kept: &Kept) {
        if tables(&*self.database, kept).await {
            let forgetting = forgetting(Arc::clone(&self.database), self.pace.forget, kept);
            tokio::join!(forgetting, self.handing(kept));
        }
    }

    async fn handing(mut self, kept: &Kept) {
        let (mut reached, mut seen, mut soon) = (true, 0, SOON);
        while !kept.stop.is_cancelled() {
            // What was kept before this look is handed on by it, where its transaction is committed.
            let count = kept.count.load(Ordering::Acquire);
            let wait = match self.batch().await {
                Ok(Handed::Some(_)) => {
                    (reached, soon) = (true, SOON);
                    continue;
                }
                Ok(Handed::ByOthers) => OTHERS,
                Ok(Handed::Nothing) if count == seen && soon > SOON_AT_MOST => LOOK,
                Ok(Handed::Nothing) => {
                    if count != seen {
                        (seen, soon) = (count, SOON);
                    }
                    // The first look of a process, and the last for what it kept, are followed by the long wait.
                    let wait = if count == 0 { LOOK } else { soon };
                    soon *= 2;
                    wait
                }
                Err(error) => {
                    if std::mem::take(&mut reached) {
                        tracing::error!(error = %error, "the outbox can't be handed on; it is tried again");
                    }
                    AFTER_AN_ERROR
                }
            };
            let woken = timeout(wait, kept.told.notified());
            kept.stop.run_until_cancelled(woken).await;
        }
        // The others need not wait for its silence.
        if let Err(error) = self.database.pass(&self.owner).await {
            tracing::debug!(error = %error, "the turn of the outbox was not passed");
        }
    }

    /// Takes the turn, hands on the oldest, and passes the turn where that was all.
    async fn batch(&mut self) -> Result<Handed> {
        if let Some(taken) = self.onward.take_over().await {
            return Ok(taken?.map_or(Handed::Nothing, Handed::Some));
        }
        // What could not be deleted the last time is not to be handed on again.
        self.settle().await?;
        let begun = Instant::now();
        let turn = match self.database.claim(BATCH, &self.owner, None).await? {
            Turn::Others(name, beat) => {
                let silent = self.others.gone(vec![(name, beat)], self.pace.lease).pop();
                match silent {
                    Some(silent) => self.database.claim(BATCH, &self.owner, Some(&silent)).await?,
                    None => return Ok(Handed::ByOthers),
                }
            }
            turn => turn,
        };
        let batch = match turn {
            Turn::Mine(batch) => batch,
            Turn::Nothing => Vec::new(),
            Turn::Others(..) => return Ok(Handed::ByOthers),
        };
        if batch.is_empty() {
            if self.held.take().is_some() {
                self.database.pass(&self.owner).await?;
            }
            return Ok(Handed::Nothing);
        }
        self.held = Some(begun);
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
        Ok(Handed::Some(handed))
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
                    match self.database.renew(&self.owner).await {
                        Ok(false) => self.held = None,
                        Ok(true) => self.held = self.held.map(|_| now),
                        // It stays as it is, and ends in time.
                        Err(error) => tracing::warn!(error = %error, "no sign of life was given for the turn of the outbox"),
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

/// What a look came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Handed {
    /// So many were handed on; there may be more.
    Some(usize),
    /// Nothing waits.
    Nothing,
    /// Another process has the turn.
    ByOthers,
}

/// Waits until there are tables: they may come with the command `migrate` later. `false` where the drain begins before.
async fn tables<D: Outbox>(database: &D, kept: &Kept) -> bool {
    let mut reached = true;
    loop {
        let wait = match database.exists().await {
            Ok(true) => return true,
            Ok(false) => ASK_AGAIN,
            Err(error) => {
                // Whether there are tables is not known while the database is away.
                if std::mem::take(&mut reached) {
                    tracing::error!(error = %error, "the outbox can't be looked at; it is tried again");
                }
                AFTER_AN_ERROR
            }
        };
        if kept.stop.is_cancelled() {
            return false;
        }
        kept.stop.run_until_cancelled(timeout(wait, kept.told.notified())).await;
    }
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
                tracing::warn!(error = %error, "handled events can't be forgotten; it is tried again");
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
