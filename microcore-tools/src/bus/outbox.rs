//! Events that are part of a database transaction: kept beside the rows, handed to the transport after the commit; and
//! handlers whose effect in the database happens once.

use std::any::Any;
use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use microcore_runtime::context::{self, Id};
use microcore_runtime::error::{Error, Result};
use microcore_runtime::event::{
    Envelope, KeepsAll, Outbox, OutboxListener, PublishOptions, Published, Subscribers, Transactional,
};
use microcore_runtime::lifecycle::Relay;
use tokio::sync::Notify;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::relay::{HandOn, HandOver, Pace};
use super::{BusError, EventBus, Link, Publishable, Transport};

/// What a publish in a transaction tells the relay.
#[derive(Debug, Default)]
pub(super) struct Kept {
    pub(super) told: Notify,
    pub(super) count: AtomicU64,
    /// Cancelled when the drain begins: what is kept from then on waits for the next start.
    pub(super) stop: CancellationToken,
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
    pub(super) async fn pause(&self, pause: Duration) {
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
        let event = Arc::<E>::clone(published.event());
        transaction.keep(&published.sent().envelope(), &published.payload(), event).await?;
        self.link.kept();
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
    fn kept(&self) {
        self.kept.count.fetch_add(1, Ordering::AcqRel);
        self.kept.told.notify_one();
    }

    fn committed(&self, event: Arc<dyn Any + Send + Sync>) {
        if let Some(recorder) = &self.recorder {
            recorder.record_any(event);
        }
        self.kept.told.notify_one();
    }
}

impl<A: Subscribers, T: Transport, D: Outbox> Relay<A, D> for EventBus<A, T> {
    fn join(&self, database: &D) {
        let link: Arc<Link<A, T>> = Arc::clone(&self.link);
        database.listen(link);
    }

    fn relay(&self, app: &'static A, database: D) {
        let link = Arc::clone(&self.link);
        let ended = CancellationToken::new();
        if link.kept.ended.set(ended.clone()).is_err() {
            // It runs already; one that came later has nothing to add.
            return;
        }
        let ended = ended.drop_guard();
        tokio::spawn(async move {
            let onward = Onward { link: Arc::clone(&link), app, said: Mutex::default() };
            HandOver::new(database, onward, Pace::default()).run(&link.kept).await;
            drop(ended);
        });
    }
}

/// The way to the transport.
struct Onward<A: 'static, T: Transport> {
    link: Arc<Link<A, T>>,
    app: &'static A,
    said: Mutex<Said>,
}

/// What is said once.
#[derive(Default)]
struct Said {
    /// The event whose publishing the trace has: one that is tried again is published once.
    traced: Option<Id>,
    /// Events that nobody hears.
    unheard: HashSet<String>,
}

impl<A: Subscribers, T: Transport> Onward<A, T> {
    fn say(&self, envelope: &Envelope) {
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        if said.traced.as_ref() != Some(&envelope.id) {
            said.traced = Some(envelope.id.clone());
            let name = self.link.manifest.events.iter().find(|event| event.name == envelope.event);
            self.link.deliveries.trace().relayed(envelope, name.map_or("(unknown)", |event| event.name));
        }
        let is_heard = A::ALL.iter().any(|subscriber| subscriber.event == envelope.event);
        if !is_heard && said.unheard.insert(envelope.event.clone()) {
            tracing::warn!(
                event = envelope.event,
                "an event of the outbox is heard by nobody: it is handed on to no subscriber, and so are those that follow"
            );
        }
    }
}

impl<A: Subscribers, T: Transport> HandOn for Onward<A, T> {
    async fn take_over(&self) -> Option<Result<Option<usize>, BusError>> {
        let taken = T::take_outbox(&self.link).await?;
        Some(taken.map(|taken| {
            taken.map(|arrived| {
                for envelope in &arrived {
                    self.say(envelope);
                }
                arrived.len()
            })
        }))
    }

    async fn hand_on(&self, envelope: &Envelope, payload: &str) -> Result<(), BusError> {
        self.say(envelope);
        T::hand_on(&self.link, self.app, envelope, payload).await
    }
}
