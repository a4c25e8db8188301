//! The outbox and the inbox: what makes an event part of a database transaction.
//!
//! A tool never uses another tool, so bus and database meet in these traits: the database implements them, the bus calls
//! them, and the wiring hands one to the other.

use std::any::Any;
use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use super::Envelope;
use crate::error::Result;

/// An open transaction that can keep events and remember what was handled.
pub trait Transactional: Send {
    /// Keeps an event beside the rows: whoever commits them has published it. `event` is what a listener is told of.
    fn keep(
        &mut self,
        envelope: &Envelope,
        payload: &str,
        event: Arc<dyn Any + Send + Sync>,
    ) -> impl Future<Output = Result<()>> + Send;

    /// Remembers that a subscriber has handled an event; `false` where that was remembered before.
    fn first_time(&mut self, event: &str, subscriber: &str) -> impl Future<Output = Result<bool>> + Send;
}

/// Which event of the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// What orders the events; two processes may have used the same.
    pub number: i64,
    /// The event's id.
    pub id: String,
}

/// An event that was kept, claimed by this process.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// Its place in the outbox.
    pub place: Place,
    /// Everything but the fields; why it can't be read, where it can't.
    pub envelope: std::result::Result<Envelope, String>,
    /// The fields as JSON.
    pub payload: String,
}

/// Who is told that a transaction keeps an event: the bus, which looks for its commit soon.
pub trait OutboxListener: fmt::Debug + Send + Sync {
    /// An event was kept; its transaction is open still.
    fn kept(&self);

    /// The transaction of this event was committed.
    fn committed(&self, event: Arc<dyn Any + Send + Sync>);
}

/// A database with an outbox.
pub trait Outbox: Send + Sync + 'static {
    /// From now on this one is told what transactions keep. There is one listener, the first.
    fn listen(&self, listener: Arc<dyn OutboxListener>);

    /// Whether anything was ever kept in this database.
    fn exists(&self) -> impl Future<Output = Result<bool>> + Send;

    /// Claims the oldest that are committed, for as long as `lease` by the database's clock; none while another process
    /// has claimed some, so that they are handed on in order. What this owner has claimed before is claimed again.
    fn claim(&self, limit: u32, owner: &str, lease: Duration) -> impl Future<Output = Result<Vec<Outgoing>>> + Send;

    /// Renews the lease of what this owner has claimed; gives how many that are still.
    fn renew(&self, owner: &str, lease: Duration) -> impl Future<Output = Result<u64>> + Send;

    /// Deletes those that were handed on, whoever has claimed them since.
    fn handed_on(&self, places: &[Place]) -> impl Future<Output = Result<()>> + Send;

    /// Sets one aside that can't be handed on: its state is FAILED, with the reason, and nothing waits for it.
    fn set_aside(&self, place: &Place, why: &str) -> impl Future<Output = Result<()>> + Send;

    /// Forgets some of what was handled longer ago than this; gives how many, 0 where nothing is left.
    fn forget(&self, age: Duration) -> impl Future<Output = Result<u64>> + Send;
}
