//! What a store of events implements; `stored` does the rest: attempts, repetitions, pauses, leases, notices.
//!
//! A delivery is one event on its way to one subscriber. Its life: PUBLISHED → PROCESSING → COMPLETED | FAILED, and
//! RESUBMITTED wherever it waits again: for its next attempt, after a replay, after its process died.

use std::future::Future;
use std::time::Duration;

use microcore_runtime::error::{Error, Unavailable};
use microcore_runtime::event::{DeadLetter, Envelope, Subscriber, SubscriberStatus};

/// A result of a store. Its error means that the outcome is unknown: a server that did not answer in time may have done
/// what it was asked.
pub type Result<T, E = Unavailable> = std::result::Result<T, E>;

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

    /// Claims what is due, at most so many per subscriber, each with a lease of this process. Where it fails for some
    /// subscribers, what was claimed for the others comes beside the error: nobody else would know of it.
    fn claim(&self, room: Vec<(&'static Subscriber, usize)>)
    -> impl Future<Output = (Vec<Claimed>, Result<()>)> + Send;

    /// Says how a claimed delivery goes on; `false` where the claim is void, and then nothing is changed.
    fn next(&self, claimed: &Claimed, next: Next) -> impl Future<Output = Result<bool>> + Send;

    /// Renews the leases of these claims.
    fn renew(&self, claims: Vec<(&'static Subscriber, Claim)>) -> impl Future<Output = Result<()>> + Send;

    /// How long a lease is.
    fn lease(&self) -> Duration;

    /// Returns when there may be something to claim, at the latest after the store's own interval.
    fn stirs(&self) -> impl Future<Output = ()> + Send;

    /// Wakes [`Queue::stirs`].
    fn stir(&self);

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
