//! Events that are part of a database transaction: kept beside the rows, handed to the transport after the commit; and
//! handlers whose effect in the database happens once.

use std::any::Any;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use microcore_runtime::context::{self, Id};
use microcore_runtime::error::{Error, Result};
use microcore_runtime::event::{
    KeepsAll, Outbox, OutboxListener, PublishOptions, Published, Subscribers, Transactional,
};
use microcore_runtime::lifecycle::Relay;
use tokio::sync::Notify;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::{EventBus, Link, Publishable, Transport};

/// The most that are handed on at once.
const BATCH: u32 = 256;
/// How long a process may take to hand a batch on before another one does.
const LEASE: Duration = Duration::from_secs(5);
/// How often the outbox is looked at where nobody says that there is something.
const LOOK: Duration = Duration::from_millis(500);
/// Another process may be the first to keep something: so often it is asked whether there are tables.
const ASK_AGAIN: Duration = Duration::from_secs(30);
/// After a publish in a transaction, so long is looked often: the commit is not announced.
const SOON: Duration = Duration::from_millis(2);
/// How many such looks.
const LOOKS: u32 = 50;
/// How long it is remembered that an event was handled.
const MEMORY: Duration = Duration::from_hours(24 * 14);

/// What a publish in a transaction tells the relay.
#[derive(Debug, Default)]
pub(super) struct Kept {
    told: Notify,
    count: AtomicU64,
    /// Cancelled when the drain begins: what is kept from then on waits for the next start.
    stop: CancellationToken,
    /// Cancelled when the relay has ended; `None` where it never began.
    ended: OnceLock<CancellationToken>,
}

impl Kept {
    /// Ends the relay, after the batch that it hands on.
    pub(super) async fn stop(&self) {
        self.stop.cancel();
        if let Some(ended) = self.ended.get() {
            ended.cancelled().await;
        }
    }

    /// Sleeps, unless the relay is to end.
    async fn pause(&self, pause: Duration) {
        self.stop.run_until_cancelled(sleep(pause)).await;
    }
}

impl<A: Subscribers, T: Transport> EventBus<A, T> {
    /// What `tx.publish` does, with options that not every transport keeps: one that this transport can't keep does not
    /// compile.
    pub async fn publish_in<E: Publishable<A, T>, Asks>(
        &self,
        transaction: &mut impl Transactional,
        event: E,
        options: PublishOptions<Asks>,
    ) -> Result<()>
    where
        T: KeepsAll<Asks>,
    {
        let published = Published::new(Arc::new(event), self.emitter, self.link.deliveries);
        let published = published.with(options.into_extras());
        transaction.keep(&published.sent().envelope(), &published.payload()).await?;
        self.link.kept(Arc::<E>::clone(published.event()));
        Ok(())
    }

    /// In a handler: whether this is the first time that this subscriber handles this event. It is remembered in the
    /// transaction, so what the transaction writes happens once, however often the event is delivered.
    ///
    /// ```ignore
    /// self.db.transaction(async |tx| {
    ///     if self.bus.first_time(tx).await? {
    ///         tx.execute("UPDATE stock SET count = count - 1 WHERE id = $1", (event.item,)).await?;
    ///     }
    ///     Ok(())
    /// }).await
    /// ```
    ///
    /// Fails outside of a delivery. It is remembered for fourteen days.
    pub async fn first_time(&self, transaction: &mut impl Transactional) -> Result<bool> {
        let delivery = context::current().and_then(|context| Some((context.id, context.subscriber?)));
        let Some((event, subscriber)) = delivery else {
            return Err(Error::internal("`first_time` is for handlers of events that run as tasks"));
        };
        transaction.first_time(&event.to_string(), subscriber).await
    }
}

impl<A: Subscribers, T: Transport> OutboxListener for Link<A, T> {
    fn kept(&self, event: Arc<dyn Any + Send + Sync>) {
        if let Some(recorder) = &self.recorder {
            recorder.record_any(event);
        }
        self.kept.count.fetch_add(1, Ordering::AcqRel);
        self.kept.told.notify_one();
    }
}

impl<A: Subscribers, T: Transport, D: Outbox> Relay<A, D> for EventBus<A, T> {
    fn join(&self, database: &D) {
        let link: Arc<Link<A, T>> = Arc::clone(&self.link);
        database.listen(link);
    }

    fn relay(&self, app: &'static A, database: D) {
        let ended = self.link.kept.ended.get_or_init(CancellationToken::new).clone().drop_guard();
        let relay = run(Arc::clone(&self.link), app, database);
        tokio::spawn(async move {
            relay.await;
            drop(ended);
        });
    }
}

/// Hands on what is committed, for as long as the process runs.
async fn run<A: Subscribers, T: Transport, D: Outbox>(link: Arc<Link<A, T>>, app: &'static A, database: D) {
    let owner = format!("{}-{}", std::process::id(), Id::make());
    if !first_kept(&link.kept, &database).await {
        return;
    }
    if let Ok(forgotten @ 1..) = database.forget(MEMORY).await {
        tracing::info!(forgotten, "handled events were forgotten after {MEMORY:?}");
    }
    let mut reached = true;
    while !link.kept.stop.is_cancelled() {
        // What was kept before this look is handed on by it, where its transaction is committed.
        let seen = link.kept.count.load(Ordering::Acquire);
        let mut handed = 0;
        for _ in 0..LOOKS {
            match batch(&link, app, &database, &owner).await {
                Ok(0) if handed > 0 => break,
                Ok(0) => link.kept.pause(SOON).await,
                Ok(count) => {
                    handed += count;
                    reached = true;
                }
                Err(error) => {
                    if std::mem::take(&mut reached) {
                        tracing::error!(error = %error.chain(), "the outbox can't be handed on; it is tried again");
                    }
                    link.kept.pause(LOOK).await;
                }
            }
            if link.kept.stop.is_cancelled() || (seen == 0 && handed == 0) {
                break;
            }
        }
        if link.kept.count.load(Ordering::Acquire) == seen {
            link.kept.stop.run_until_cancelled(timeout(LOOK, link.kept.told.notified())).await;
        }
    }
}

/// Waits until there is an outbox: who never keeps anything has no tables. `false` where the drain begins before.
async fn first_kept<D: Outbox>(kept: &Kept, database: &D) -> bool {
    let mut looks = 0;
    while !database.exists().await.unwrap_or_default() {
        if kept.stop.is_cancelled() {
            return false;
        }
        if looks > 0 {
            // Somebody keeps something: its table is there when its transaction is committed.
            looks -= 1;
            kept.pause(SOON).await;
        } else if kept
            .stop
            .run_until_cancelled(timeout(ASK_AGAIN, kept.told.notified()))
            .await
            .is_some_and(|told| told.is_ok())
        {
            looks = 10 * LOOKS;
        }
    }
    true
}

async fn batch<A: Subscribers, T: Transport, D: Outbox>(
    link: &Arc<Link<A, T>>,
    app: &'static A,
    database: &D,
    owner: &str,
) -> Result<usize> {
    let batch = database.claim(BATCH, owner, LEASE).await?;
    let mut handed_on = Vec::with_capacity(batch.len());
    for outgoing in &batch {
        match &outgoing.envelope {
            Ok(envelope) => match T::hand_on(link, app, envelope, &outgoing.payload).await {
                Ok(()) => handed_on.push(outgoing.number),
                Err(error) => {
                    // The rest waits too: they go in order.
                    database.handed_on(&handed_on, owner).await?;
                    return Err(error.into());
                }
            },
            Err(why) => {
                tracing::error!(number = outgoing.number, error = why, "an event in the outbox can't be read");
                database.set_aside(outgoing.number, why).await?;
            }
        }
    }
    database.handed_on(&handed_on, owner).await?;
    Ok(batch.len())
}
