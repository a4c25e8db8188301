//! What a store of events implements; `stored` does the rest: attempts, repetitions, pauses, leases, notices.
//!
//! A delivery is one event on its way to one subscriber. Its life: PUBLISHED → PROCESSING → COMPLETED | FAILED, and
//! RESUBMITTED wherever it waits again: for its next attempt, after a replay, after its process died.

use std::future::Future;
use std::path::PathBuf;
use std::time::Duration;

use microcore_runtime::error::{Error, Unavailable};
pub use microcore_runtime::event::Orphan;
use microcore_runtime::event::{DeadLetter, Envelope, Subscriber, SubscriberStatus};

/// A result of a store. Its error means that the outcome is unknown: a server that did not answer in time may have done
/// what it was asked.
pub type Result<T, E = Unavailable> = std::result::Result<T, E>;

/// So often it is seen to what happens in the process alone: a plugin that came up, a pause that is over.
pub const AT_THE_LATEST: Duration = Duration::from_secs(1);

/// The right to end one delivery: it is void as soon as somebody else claimed the delivery.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Claim {
    /// The delivery, as the store knows it.
    pub delivery: String,
    /// Made anew for each claim.
    pub token: String,
}

/// A delivery that this process is to attempt now. The attempt is counted already.
#[derive(Debug, Clone)]
pub struct Claimed {
    /// The right to end it.
    pub claim: Claim,
    /// Who it is for.
    pub subscriber: &'static Subscriber,
    /// Everything but the fields.
    pub envelope: Envelope,
    /// The fields as JSON.
    pub payload: String,
    /// Which attempt this is, counted from 1, attempts of processes that died included.
    pub attempt: u32,
}

/// What became of an order to end a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// It is ended by this.
    Now,
    /// It is not this claim's any more, and nobody took it away: an earlier order ended it whose answer was lost, or
    /// somebody deleted it.
    Before,
    /// The process gave no sign of life for a lease, and another one took the delivery over.
    ByAnother,
}

/// How a claimed delivery goes on.
#[derive(Debug, Clone)]
pub enum Next {
    /// It is done.
    Complete,
    /// It is attempted again after this wait. Its key stays taken.
    Retry {
        /// The wait.
        wait: Duration,
        /// Why.
        error: String,
    },
    /// It is a dead letter.
    Bury {
        /// Why.
        error: String,
    },
    /// Its time was over, and no handler was called.
    Expire,
    /// It goes back as it was; the attempt does not count.
    Release,
}

/// A store of events. Several processes may share one.
///
/// Of the deliveries of one key at one subscriber, at most one is claimed or waits for its next attempt at any time, and
/// they are claimed in the order of publishing; a delayed one enters that order when it is due.
pub trait Queue: Send + Sync + 'static {
    /// Stores one delivery per subscriber, and with `spread` sends the event to every process that listens now: all of
    /// it or nothing. When it returns, the deliveries survive this process; of what is spread nothing is kept.
    fn enqueue(
        &self,
        envelope: &Envelope,
        payload: &str,
        to: &[&'static Subscriber],
        spread: bool,
    ) -> impl Future<Output = Result<()>> + Send;

    /// Claims what is due, at most so many per subscriber, for this process. Where it fails for some subscribers, what was
    /// claimed for the others comes beside the error: nobody else would know of it. Where the store knows that nothing is
    /// due, it is not asked.
    fn claim(&self, room: Vec<(&'static Subscriber, usize)>)
    -> impl Future<Output = (Vec<Claimed>, Result<()>)> + Send;

    /// Says how a claimed delivery goes on. Where it is not this process's any more, nothing is changed.
    fn next(&self, claimed: &Claimed, next: Next) -> impl Future<Output = Result<Ended>> + Send;

    /// Tells the other processes that this one is alive. It blocks: it is called on a thread of its own, three times in a
    /// lease while this process holds something.
    fn beat(&self) -> Result<()>;

    /// Looks for processes that gave no sign of life for a lease, by the monotonic clock of this one: what they held waits
    /// again. Called three times in a lease. A process never takes over what it holds itself.
    fn inherit(&self) -> impl Future<Output = Result<()>> + Send;

    /// Gives back what stands under the name of this process and is not held: the answer to a claim was lost. No claim is
    /// on its way meanwhile.
    fn recall(&self, held: Vec<(&'static Subscriber, Claim)>) -> impl Future<Output = Result<()>> + Send;

    /// How long a process may give no sign of life.
    fn lease(&self) -> Duration;

    /// The application is wired, and these are its subscribers.
    fn start(&self, _all: &'static [&'static Subscriber]) {}

    /// Returns when there may be something to claim, and after [`AT_THE_LATEST`]. It asks the store nothing that costs it
    /// anything.
    fn stirs(&self) -> impl Future<Output = ()> + Send;

    /// Wakes [`Queue::stirs`]: there may be something to claim for these subscribers.
    fn stir(&self, whose: &[&'static Subscriber]);

    /// What is kept for subscribers that are none of these.
    fn orphans(&self, known: &[&'static Subscriber]) -> impl Future<Output = Result<Vec<Orphan>>> + Send;

    /// Hands it to a subscriber, each line in order; gives how many deliveries and dead letters that were. What a process
    /// handles now stays where it is.
    fn adopt(&self, orphan: &Orphan, by: &'static Subscriber) -> impl Future<Output = Result<u64>> + Send;

    /// Deletes it; gives how many deliveries and dead letters that were.
    fn drop_orphan(&self, orphan: &Orphan) -> impl Future<Output = Result<u64>> + Send;

    /// Whether it is in the database whose transactions keep events, and takes them over by [`Queue::take_outbox`]: then no
    /// relay carries them.
    fn takes_outbox(&self) -> bool {
        false
    }

    /// Makes deliveries of the oldest events of the outbox, which are gone from there by the same transaction. `None` where
    /// nothing waits; else what has arrived by this call, which is nothing where another process was faster.
    fn take_outbox(
        &self,
        _all: &'static [&'static Subscriber],
    ) -> impl Future<Output = Result<Option<Vec<Envelope>>>> + Send {
        async { Ok(None) }
    }

    /// The file that it writes, where it is one.
    fn file(&self) -> Option<PathBuf> {
        None
    }

    /// How many deliveries to these subscribers are stored and not done with.
    fn pending(&self, of: &[&'static Subscriber]) -> impl Future<Output = Result<u64>> + Send;

    /// How these subscribers stand, over all processes. Whether one is paused is not the store's to know.
    fn status(&self, of: &[&'static Subscriber]) -> impl Future<Output = Result<Vec<SubscriberStatus>>> + Send;

    /// Up to `limit` dead letters, the oldest first.
    fn dead(&self, of: &[&'static Subscriber], limit: usize) -> impl Future<Output = Result<Vec<DeadLetter>>> + Send;

    /// The dead letter of this number.
    fn letter(&self, of: &[&'static Subscriber], dead: u64) -> impl Future<Output = Result<Option<DeadLetter>>> + Send;

    /// Makes a dead letter wait again, with all its attempts; `false` where there is none.
    fn replay(&self, of: &[&'static Subscriber], dead: u64) -> impl Future<Output = Result<bool>> + Send;

    /// Deletes a dead letter; `false` where there is none.
    fn discard(&self, of: &[&'static Subscriber], dead: u64) -> impl Future<Output = Result<bool>> + Send;

    /// The broadcasts since the last call.
    fn heard(&self) -> impl Future<Output = Result<Vec<(Envelope, String)>>> + Send;

    /// Whether it can be reached.
    fn check(&self) -> impl Future<Output = std::result::Result<(), Error>> + Send;

    /// Releases what it holds.
    fn close(&self) -> impl Future<Output = ()> + Send;
}
