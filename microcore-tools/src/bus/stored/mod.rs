//! A transport that stores its events, on top of any [`Queue`].
//!
//! `publish` → [`accept`] → the store, and the inline subscribers → `pump` claims what is due → one task
//! per claimed delivery → [`Subscribers::receive`], which the wiring writes → [`Next`].

mod attempt;
mod pump;
pub mod queue;
mod transport;

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, mpsc};
use std::time::Duration;

use microcore_runtime::context::{Context, Id};
use microcore_runtime::event::{
    Breaker, DeadLetter, Dispatch, Envelope, Event, Published, Subscriber, SubscriberStatus, Subscribers, wall_clock,
};
use microcore_runtime::system::REPLICA;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

pub use self::queue::{AT_THE_LATEST, Claim, Claimed, Ended, Next, Orphan, Queue};
pub use self::transport::OnQueue;
use super::{Accepting, BusError, Link};

/// A store and what this process does with it.
#[derive(Debug)]
pub struct Stored<Q> {
    /// The store.
    pub queue: Q,
    /// One per subscriber, once the application is wired.
    lanes: Mutex<Vec<Lane>>,
    /// The claims that this process holds. One delivery may be here twice: its lease ran out, and it was claimed again
    /// while its first attempt still runs.
    held: Mutex<HashSet<Held>>,
    in_flight: AtomicUsize,
    /// Cancelled when the drain begins: nothing more is claimed.
    stopping: CancellationToken,
    /// Cancelled when the drain is over: what runs still is cut.
    cut: CancellationToken,
    /// Cancelled when the last claim was made; `None` before the application is wired.
    claimed: OnceLock<CancellationToken>,
    unreachable: AtomicBool,
    /// How often it is still looked for what this process has without knowing.
    doubts: AtomicU32,
    /// Dropped, the signs of life end.
    beating: Mutex<Option<mpsc::Sender<()>>>,
    /// The file that the store writes, where it is one.
    file: Option<PathBuf>,
}

/// One claim. Stores name deliveries and tokens per subscriber.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Held {
    /// The subscriber's number.
    subscriber: usize,
    claim: Claim,
}

impl Held {
    fn of(claimed: &Claimed) -> Self {
        Self { subscriber: claimed.subscriber.number, claim: claimed.claim.clone() }
    }
}

/// What this process knows of one subscriber.
#[derive(Debug)]
struct Lane {
    subscriber: &'static Subscriber,
    running: usize,
    breaker: Breaker,
    /// How many may run at once: none while it is paused, one while it is probed.
    limit: usize,
    delivered: u64,
    /// Whether it was said that its plugin is off.
    missed: bool,
}

impl<Q: Queue> Stored<Q> {
    /// On this store.
    pub fn new(queue: Q) -> Self {
        let file = queue.file();
        Self {
            file,
            queue,
            lanes: Mutex::default(),
            held: Mutex::default(),
            in_flight: AtomicUsize::new(0),
            stopping: CancellationToken::new(),
            cut: CancellationToken::new(),
            claimed: OnceLock::new(),
            unreachable: AtomicBool::new(false),
            doubts: AtomicU32::new(0),
            beating: Mutex::default(),
        }
    }

    fn lanes(&self) -> MutexGuard<'_, Vec<Lane>> {
        // Nothing that holds the lock can panic halfway.
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until the last claim was made and nothing runs.
    async fn is_quiet(&self, and: impl Fn() -> bool) {
        if let Some(claimed) = self.claimed.get() {
            // A claim on its way is to be handled, or given back.
            claimed.cancelled().await;
        }
        while self.in_flight.load(Ordering::Acquire) > 0 || !and() {
            sleep(Duration::from_millis(2)).await;
        }
    }

    /// Refuses a publish that would wait for the very transaction that it stands in.
    fn no_wait_for_itself(&self, event: &str) -> Result<(), BusError> {
        let waits = self.file.as_deref().is_some_and(microcore_runtime::database::is_written_here);
        if waits {
            return Err(BusError::Refused(format!(
                "`{event}` can't be stored within this transaction, which holds the very file: BUS_PATH is DB_PATH, so \
                 write `tx.publish` here"
            )));
        }
        Ok(())
    }

    fn held(&self) -> MutexGuard<'_, HashSet<Held>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn down(error: microcore_runtime::error::Unavailable) -> BusError {
    BusError::Unavailable(error)
}

/// Stores the event for its subscribers, then calls the inline ones.
pub fn accept<'l, A, E, T>(link: &'l Link<A, T>, app: &'static A, published: Published<E>) -> Accepting<'l>
where
    A: Dispatch<E> + Subscribers,
    E: Event,
    T: OnQueue,
{
    let tasks = <A as Dispatch<E>>::SUBSCRIBERS;
    let delayed = published.is_delayed();
    if tasks.is_empty() && !delayed {
        app.inline(&published);
        return Accepting::Done(Ok(()));
    }
    Accepting::later(async move {
        let queue = &link.open.queue;
        let envelope = published.sent().envelope();
        let payload = published.payload();
        // An inline subscriber of a delayed event has no publisher's task to run in: it is stored as the others are.
        let inline = A::ALL.iter().filter(|subscriber| delayed && subscriber.inline && subscriber.event == E::NAME);
        let kept = tasks.iter().filter(|subscriber| !subscriber.broadcast);
        let to: Vec<_> = kept.chain(inline).copied().collect();
        let spread = tasks.iter().any(|subscriber| subscriber.broadcast);
        if spread || !to.is_empty() {
            link.open.no_wait_for_itself(E::NAME)?;
            queue.enqueue(&envelope, &payload, &to, spread).await.map_err(down)?;
        }
        if !delayed {
            app.inline(&published);
        }
        queue.stir(&to);
        Ok(())
    })
}

/// Stores an event that was kept in a database, for all its subscribers.
pub async fn hand_on<A: Subscribers, T: OnQueue>(
    link: &Link<A, T>,
    envelope: &Envelope,
    payload: &str,
) -> Result<(), BusError> {
    let queue = &link.open.queue;
    let of = A::ALL.iter().filter(|subscriber| subscriber.event == envelope.event).copied();
    let (spread, to): (Vec<_>, Vec<_>) = of.partition(|subscriber| subscriber.broadcast);
    if !to.is_empty() || !spread.is_empty() {
        queue.enqueue(envelope, payload, &to, !spread.is_empty()).await.map_err(down)?;
        queue.stir(&to);
    }
    Ok(())
}

/// Takes over what transactions of the same database have kept, where the store is there; `None` where it is not.
pub async fn take_outbox<A: Subscribers, T: OnQueue>(
    link: &Link<A, T>,
) -> Option<Result<Option<Vec<Envelope>>, BusError>> {
    let queue = &link.open.queue;
    if !queue.takes_outbox() {
        return None;
    }
    Some(queue.take_outbox(A::ALL).await.map_err(down))
}

/// Spreads what this process says of itself; of what is spread nothing is kept.
pub async fn tell_others<A, T: OnQueue>(link: &Link<A, T>, said: &str) -> Result<(), BusError> {
    let envelope = Envelope::new(&Context::event(Id::make(), REPLICA), None, None, wall_clock());
    link.open.queue.enqueue(&envelope, said, &[], true).await.map_err(down)?;
    link.open.queue.stir(&[]);
    Ok(())
}

/// Starts to claim and deliver.
pub fn start<A: Subscribers, T: OnQueue>(link: &Arc<Link<A, T>>, app: &'static A) {
    let limits = link.deliveries.limits();
    let lane = |subscriber: &&'static Subscriber| Lane {
        subscriber,
        running: 0,
        breaker: Breaker::new(limits.pause_after, limits.pause),
        limit: limits.concurrency,
        delivered: 0,
        missed: false,
    };
    *link.open.lanes() = A::ALL.iter().map(lane).collect();
    link.open.queue.start(A::ALL);
    tokio::spawn(tell_orphans(Arc::clone(link)));
    let claimed = link.open.claimed.get_or_init(CancellationToken::new).clone().drop_guard();
    let claims = pump::claims(Arc::clone(link), app);
    tokio::spawn(async move {
        claims.await;
        drop(claimed);
    });
    pump::beats(link);
}

/// Says what is kept for nobody.
async fn tell_orphans<A: Subscribers, T: OnQueue>(link: Arc<Link<A, T>>) {
    for orphan in link.open.queue.orphans(A::ALL).await.unwrap_or_default() {
        let Orphan { event, subscriber, waiting, dead } = orphan;
        tracing::warn!(
            event,
            subscriber,
            waiting,
            dead,
            "the store keeps deliveries for a subscriber that this application does not have: unless a process of another \
             version handles them, hand them over or delete them with `events orphans`"
        );
    }
}

/// What is kept for subscribers that this application does not have.
pub async fn orphans<A: Subscribers, T: OnQueue>(link: &Link<A, T>) -> Result<Vec<Orphan>, BusError> {
    link.open.queue.orphans(A::ALL).await.map_err(down)
}

/// Hands over what is kept for a subscriber that is not there, or deletes it; gives how many there were.
pub async fn settle_orphan<A: Subscribers, T: OnQueue>(
    link: &Link<A, T>,
    event: &str,
    subscriber: &str,
    by: Option<&str>,
) -> Result<u64, BusError> {
    let queue = &link.open.queue;
    let orphans = queue.orphans(A::ALL).await.map_err(down)?;
    let is_meant = |orphan: &&Orphan| orphan.event == event && orphan.subscriber == subscriber;
    let Some(orphan) = orphans.iter().find(is_meant) else { return Ok(0) };
    let Some(by) = by else { return queue.drop_orphan(orphan).await.map_err(down) };
    let named = |other: &&&'static Subscriber| other.name == by && !other.broadcast;
    let found = A::ALL.iter().find(|other| named(other) && other.event == event).or_else(|| A::ALL.iter().find(named));
    let Some(by) = found else {
        let of = A::ALL.iter().filter(|other| other.event == event).map(|other| other.name);
        let of = of.collect::<Vec<_>>().join("`, `");
        return Err(BusError::Refused(format!("there is no subscriber `{by}`; `{event}` is heard by `{of}`")));
    };
    queue.adopt(orphan, by).await.map_err(down)
}

/// Waits until nothing is under way here, and nothing that this application could handle is stored.
pub async fn settled<A: Subscribers, T: OnQueue>(link: &Link<A, T>) {
    loop {
        let stored = &link.open;
        let mine = running(link);
        let pending = stored.queue.pending(&mine).await;
        if matches!(pending, Ok(0)) && stored.in_flight.load(Ordering::Acquire) == 0 && link.deliveries.is_empty() {
            return;
        }
        // Nobody tells a process what others have done; asking is all there is.
        sleep(Duration::from_millis(5)).await;
    }
}

/// The subscribers whose plugins are in service; all of them before the application is wired.
fn running<A: Subscribers, T: OnQueue>(link: &Link<A, T>) -> Vec<&'static Subscriber> {
    let app = link.app.get();
    let in_service = |subscriber: &&&'static Subscriber| app.is_none_or(|app| app.is_running(subscriber.number));
    A::ALL.iter().filter(in_service).copied().collect()
}

/// How long a stop waits for the store to take back what was cut. One that answers needs far less; one that does not
/// must hold up no stop.
const GIVING_BACK: Duration = Duration::from_secs(2);

/// Claims nothing more, waits for what runs, and gives back what does not end in time.
pub async fn drain<A: Subscribers, T: OnQueue>(link: &Link<A, T>, deadline: Duration) -> usize {
    let stored = &link.open;
    stored.stopping.cancel();
    let quiet = timeout(deadline, stored.is_quiet(|| link.deliveries.is_empty())).await;
    let left = if quiet.is_ok() { 0 } else { stored.in_flight.load(Ordering::Acquire) };
    if left > 0 {
        let lanes = stored.lanes();
        let at_work: Vec<&str> =
            lanes.iter().filter(|lane| lane.running > 0).map(|lane| lane.subscriber.name).collect();
        tracing::error!(left, at_work = at_work.join(", "), "deliveries are cut: they did not end in time");
    }
    // What is cut goes back to the store, for another process or the next start.
    stored.cut.cancel();
    if timeout(GIVING_BACK, stored.is_quiet(|| true)).await.is_err() {
        let held = stored.in_flight.load(Ordering::Acquire);
        tracing::error!(
            held,
            "the store of events does not answer: deliveries that end now are attempted again when their lease is over"
        );
    }
    drop(stored.beating.lock().unwrap_or_else(PoisonError::into_inner).take());
    left
}

/// Closes the store.
pub async fn close<A, T: OnQueue>(link: &Link<A, T>) {
    link.open.queue.close().await;
}

/// Whether the store can be reached.
pub async fn check<A, T: OnQueue>(link: &Link<A, T>) -> microcore_runtime::error::Result<()> {
    link.open.queue.check().await
}

/// How every subscriber stands, over all processes, and whether this one has paused it.
pub async fn status<A: Subscribers, T: OnQueue>(link: &Link<A, T>) -> Result<Vec<SubscriberStatus>, BusError> {
    let mut all = link.open.queue.status(A::ALL).await.map_err(down)?;
    let lanes = link.open.lanes();
    for status in &mut all {
        let of = |lane: &&Lane| lane.subscriber.name == status.subscriber && lane.subscriber.event == status.event;
        if let Some(lane) = lanes.iter().find(of) {
            status.paused = lane.breaker.is_open();
            status.delivered = lane.delivered;
        }
    }
    Ok(all)
}

/// Up to `limit` dead letters.
pub async fn dead_letters<A: Subscribers, T: OnQueue>(
    link: &Link<A, T>,
    limit: usize,
) -> Result<Vec<DeadLetter>, BusError> {
    link.open.queue.dead(A::ALL, limit).await.map_err(down)
}

/// The dead letter of this number.
pub async fn dead_letter<A: Subscribers, T: OnQueue>(
    link: &Link<A, T>,
    id: u64,
) -> Result<Option<DeadLetter>, BusError> {
    link.open.queue.letter(A::ALL, id).await.map_err(down)
}

/// Makes a dead letter wait again.
pub async fn replay<A: Subscribers, T: OnQueue>(link: &Link<A, T>, id: u64) -> Result<bool, BusError> {
    let found = link.open.queue.replay(A::ALL, id).await.map_err(down)?;
    link.open.queue.stir(A::ALL);
    Ok(found)
}

/// Deletes a dead letter.
pub async fn discard<A: Subscribers, T: OnQueue>(link: &Link<A, T>, id: u64) -> Result<bool, BusError> {
    link.open.queue.discard(A::ALL, id).await.map_err(down)
}
