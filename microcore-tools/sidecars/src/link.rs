//! The connection to one process: what it is asked, and what it answers.
//!
//! In: work for the guest, its replies. Out: each reply to whoever waits for it. There are never more calls under way
//! than the guest has slots; a slot is free again when the guest has answered, whether or not anybody still waits.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot, watch};
use tokio::time::{Instant, sleep, timeout};
use tonic::Status;

use crate::call::{Failed, Scope};
use crate::generated::{Call, Cancel, Reply, Stop, ToSidecar, call, reply, to_sidecar};

/// How long a call waits for a slot.
const WAIT: Duration = Duration::from_millis(100);
/// What the guest may write after its time before it is killed, at the least.
const GRACE: Duration = Duration::from_secs(1);

/// What goes to the guest.
pub(crate) type Outgoing = Result<ToSidecar, Status>;

#[derive(Debug)]
pub(crate) struct Link {
    to: mpsc::Sender<Outgoing>,
    free: Arc<Semaphore>,
    slots: usize,
    waiting: AtomicUsize,
    calls: Mutex<Calls>,
    /// Why the connection is of no use any more.
    broken: watch::Sender<Option<String>>,
}

#[derive(Debug, Default)]
struct Calls {
    last: u64,
    open: HashMap<u64, Open>,
    closed: bool,
}

struct Open {
    reply: oneshot::Sender<Reply>,
    scope: Arc<Scope>,
    _slot: OwnedSemaphorePermit,
}

impl std::fmt::Debug for Open {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Open")
    }
}

impl Link {
    pub(crate) fn new(to: mpsc::Sender<Outgoing>, slots: usize) -> Self {
        Self {
            to,
            free: Arc::new(Semaphore::new(slots)),
            slots,
            waiting: AtomicUsize::new(0),
            calls: Mutex::default(),
            broken: watch::Sender::new(None),
        }
    }

    /// Gives the work to the guest and waits for its reply, within `time`. `patient` work waits for a slot as long.
    pub(crate) async fn ask(
        self: &Arc<Self>,
        work: call::Work,
        time: Duration,
        patient: bool,
    ) -> Result<reply::Outcome, Failed> {
        let slot = self.slot(if patient { time } else { WAIT }, patient).await?;
        let (sender, receiver) = oneshot::channel();
        let scope = Arc::new(Scope::new(Instant::now() + time));
        let id = {
            let mut calls = self.calls();
            if calls.closed {
                return Err(Failed::Broken(self.why()));
            }
            calls.last += 1;
            let id = calls.last;
            calls.open.insert(id, Open { reply: sender, scope: Arc::clone(&scope), _slot: slot });
            id
        };
        // From here on whoever is dropped leaves a call behind that nobody waits for.
        let waiter = Waiter { link: Arc::clone(self), scope, id, time, answered: false };
        self.send(to_sidecar::Message::Call(Call { id, work: Some(work) })).await;
        waiter.wait(receiver).await
    }

    async fn slot(&self, wait: Duration, patient: bool) -> Result<OwnedSemaphorePermit, Failed> {
        if let Ok(slot) = Arc::clone(&self.free).try_acquire_owned() {
            return Ok(slot);
        }
        // As many wait as are worked on; more would only wait in vain.
        let waits = Waits::begin(&self.waiting);
        if !patient && waits.before >= self.slots {
            return Err(Failed::Busy);
        }
        match timeout(wait, Arc::clone(&self.free).acquire_owned()).await {
            Ok(Ok(slot)) => Ok(slot),
            Ok(Err(_)) => Err(Failed::Broken(self.why())),
            Err(_) => Err(Failed::Busy),
        }
    }

    pub(crate) async fn send(&self, message: to_sidecar::Message) {
        // Whoever has gone is noticed where it is read.
        let _ = self.to.send(Ok(ToSidecar { message: Some(message) })).await;
    }

    /// No call follows.
    pub(crate) async fn stop(&self) {
        self.send(to_sidecar::Message::Stop(Stop {})).await;
    }

    /// A reply came.
    pub(crate) fn reply(&self, reply: Reply) {
        // Of a call that is over, or that never was, nobody wants it.
        let open = self.calls().open.remove(&reply.id);
        if let Some(open) = open {
            open.scope.end();
            let _ = open.reply.send(reply);
        }
    }

    /// The inside of a call under way.
    pub(crate) fn scope(&self, id: u64) -> Option<Arc<Scope>> {
        self.calls().open.get(&id).map(|open| Arc::clone(&open.scope)).filter(|scope| !scope.is_over())
    }

    /// The connection is of no use any more. The first reason stays.
    pub(crate) fn breaks(&self, why: &str) {
        self.broken.send_if_modified(|broken| {
            let first = broken.is_none();
            if first {
                *broken = Some(why.to_owned());
            }
            first
        });
    }

    /// Waits until it is of no use any more.
    pub(crate) async fn broken(&self) -> String {
        let mut broken = self.broken.subscribe();
        let why = broken.wait_for(Option::is_some).await.ok().and_then(|why| (*why).clone());
        why.unwrap_or_default()
    }

    /// The process has gone, for this reason: nobody will answer.
    pub(crate) fn close(&self, why: &str) {
        // Whoever reads from it has noticed by itself, and knows less.
        self.broken.send_replace(Some(why.to_owned()));
        self.free.close();
        let open = {
            let mut calls = self.calls();
            calls.closed = true;
            std::mem::take(&mut calls.open)
        };
        for open in open.into_values() {
            open.scope.end();
        }
    }

    fn why(&self) -> String {
        self.broken.borrow().clone().unwrap_or_default()
    }

    fn calls(&self) -> MutexGuard<'_, Calls> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Counts whoever waits for a slot.
struct Waits<'l> {
    waiting: &'l AtomicUsize,
    before: usize,
}

impl<'l> Waits<'l> {
    fn begin(waiting: &'l AtomicUsize) -> Self {
        Self { waiting, before: waiting.fetch_add(1, Ordering::Relaxed) }
    }
}

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        self.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Whoever waits for a reply.
struct Waiter {
    link: Arc<Link>,
    scope: Arc<Scope>,
    id: u64,
    time: Duration,
    answered: bool,
}

impl Waiter {
    async fn wait(mut self, reply: oneshot::Receiver<Reply>) -> Result<reply::Outcome, Failed> {
        match tokio::time::timeout_at(self.scope.ends, reply).await {
            Ok(Ok(reply)) => {
                self.answered = true;
                reply.outcome.ok_or_else(|| Failed::Unfit("its reply says nothing".to_owned()))
            }
            Ok(Err(_)) => {
                self.answered = true;
                Err(Failed::Broken(self.link.why()))
            }
            Err(_) => Err(Failed::Slow),
        }
    }
}

impl Drop for Waiter {
    fn drop(&mut self) {
        if self.answered {
            return;
        }
        self.scope.end();
        let (link, id, grace) = (Arc::clone(&self.link), self.id, self.time.max(GRACE));
        // Whoever is dropped with its runtime has nobody to tell.
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        runtime.spawn(async move {
            link.send(to_sidecar::Message::Cancel(Cancel { id })).await;
            // A guest that does not come back to itself keeps its slot for ever: then it is better begun anew.
            sleep(grace).await;
            if link.calls().open.contains_key(&id) {
                link.breaks("a call did not end, long after its time was over");
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use prost::Message as _;

    use super::*;
    use crate::generated::{Event, FromSidecar, Line, Statement, from_sidecar};

    const LONG: Duration = Duration::from_secs(60);

    fn event() -> call::Work {
        call::Work::Event(Event::default())
    }

    /// A link with so many slots, and what goes to the guest.
    fn link(slots: usize) -> (Arc<Link>, mpsc::Receiver<Outgoing>) {
        let (to, from) = mpsc::channel(64);
        (Arc::new(Link::new(to, slots)), from)
    }

    /// The id of the next call that the guest is given.
    async fn given(from: &mut mpsc::Receiver<Outgoing>) -> u64 {
        match from.recv().await {
            Some(Ok(ToSidecar { message: Some(to_sidecar::Message::Call(call)) })) => call.id,
            other => panic!("{other:?}"),
        }
    }

    fn done(id: u64) -> Reply {
        Reply { id, outcome: Some(reply::Outcome::Done(crate::generated::Done {})) }
    }

    #[tokio::test(start_paused = true)]
    async fn never_more_calls_than_slots_and_no_more_wait_than_that() {
        let (link, mut from) = link(1);
        let first = tokio::spawn({
            let link = Arc::clone(&link);
            async move { link.ask(event(), LONG, false).await }
        });
        let id = given(&mut from).await;
        let waits = link.ask(event(), LONG, false);
        let turned_away = async {
            tokio::task::yield_now().await;
            link.ask(event(), LONG, false).await
        };
        let (waits, turned_away) = tokio::join!(waits, turned_away);
        assert!(matches!(waits, Err(Failed::Busy)), "no slot within 100 ms");
        assert!(matches!(turned_away, Err(Failed::Busy)), "one waits already");
        link.reply(done(id));
        assert!(first.await.is_ok_and(|answer| answer.is_ok()));
        link.reply(done(id));
        link.reply(done(99));
        assert_eq!(link.free.available_permits(), 1, "a reply that nobody waits for frees nothing");
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_that_nobody_waits_for_is_cancelled_and_holds_its_slot_until_it_ends() {
        let (link, mut from) = link(1);
        let slow = link.ask(event(), Duration::from_secs(2), false).await;
        assert!(matches!(slow, Err(Failed::Slow)));
        let id = given(&mut from).await;
        let cancelled = from.recv().await;
        assert!(
            matches!(cancelled, Some(Ok(ToSidecar { message: Some(to_sidecar::Message::Cancel(Cancel { id: of })) })) if of == id)
        );
        assert!(link.scope(id).is_none(), "its tools are refused");
        assert_eq!(link.free.available_permits(), 0);
        assert!(link.broken().await.contains("a call did not end"), "and in the end it is begun anew");
        link.close("killed");
        assert!(matches!(link.ask(event(), LONG, false).await, Err(Failed::Broken(why)) if why == "killed"));
    }

    proptest! {
        /// Whatever a guest writes: it is read or refused, and a reply to nothing changes nothing.
        #[test]
        fn no_bytes_of_a_guest_do_harm(bytes in proptest::collection::vec(any::<u8>(), 0..64), id in any::<u64>()) {
            let (link, _from) = link(2);
            let _ = (Statement::decode(&bytes[..]), Line::decode(&bytes[..]));
            if let Ok(FromSidecar { message: Some(from_sidecar::Message::Reply(reply)) }) = FromSidecar::decode(&bytes[..]) {
                link.reply(reply);
            }
            link.reply(Reply { id, outcome: None });
            prop_assert!(link.scope(id).is_none());
            prop_assert_eq!(link.free.available_permits(), 2);
        }
    }
}
