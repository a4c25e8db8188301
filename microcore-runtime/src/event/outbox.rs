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

/// Whose turn it is to hand events on.
#[derive(Debug, Clone)]
pub enum Turn {
    /// This process's, with the oldest events.
    Mine(Vec<Outgoing>),
    /// Nothing waits.
    Nothing,
    /// Another process's: its name and its last beat.
    Others(String, i64),
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

    /// Whether there are the tables of the outbox. An error where the database can't be asked.
    fn exists(&self) -> impl Future<Output = Result<bool>> + Send;

    /// Takes the turn to hand on and gives the oldest events that are committed. Only one process has the turn, so that
    /// they are handed on in order; it keeps the turn until it passes it. `silent` is a process that had the turn, with its
    /// last beat, and gave no sign of life since for too long: its turn is taken over.
    fn claim(
        &self,
        limit: u32,
        owner: &str,
        silent: Option<&(String, i64)>,
    ) -> impl Future<Output = Result<Turn>> + Send;

    /// Tells the others that who has the turn is alive; `false` where it has the turn no longer.
    fn renew(&self, owner: &str) -> impl Future<Output = Result<bool>> + Send;

    /// Passes the turn, where this process has it.
    fn pass(&self, owner: &str) -> impl Future<Output = Result<()>> + Send;

    /// Deletes those that were handed on, whoever has claimed them since.
    fn handed_on(&self, places: &[Place]) -> impl Future<Output = Result<()>> + Send;

    /// Sets one aside that can't be handed on: its state is FAILED, with the reason, and nothing waits for it.
    fn set_aside(&self, place: &Place, why: &str) -> impl Future<Output = Result<()>> + Send;

    /// Forgets some of what was handled longer ago than this; gives how many, 0 where nothing is left.
    fn forget(&self, age: Duration) -> impl Future<Output = Result<u64>> + Send;
}
