//! Guests: plugins in other languages. What the tool `sidecars` is asked, and what it is given, without knowing an
//! application's types.
//!
//! In: requests that no compiled route has, events that are published. Out: what a guest answers. The tools reach a guest
//! behind `dyn`: there is a socket in between, beside which a call through a table is nothing.

mod ask;
mod compiled;
mod operation;
mod status;
mod transaction;
mod value;

use std::any::Any;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

pub use self::ask::{ask_guests, connect_guests, event_of_guest, no_guest_event, tell_guests};
pub use self::compiled::{
    CompiledGuest, GuestRoute, ask_guest, ask_guest_as, check_guest_settings, guest_claims, guest_schema, tell_guest,
};
pub use self::operation::GuestOperation;
pub use self::status::GuestStatus;
pub use self::transaction::OfGuest;
pub use self::value::{GuestRows, GuestValue};
use crate::error::Result;
use crate::event::{Deliveries, Envelope};
use crate::manifest::{Manifest, TableFacts};
use crate::plugin::{Identity, Slot};
use crate::request::{Authenticate, Body, Head};
use crate::response::Response;
use crate::router::Methods;

/// What a guest waits for.
pub type Pending<'p, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'p>>;

/// What the tool `sidecars` must be able to do.
pub trait Guests: Send + Sync + 'static {
    /// The application's tools. A second call is one after a tool came late.
    fn connect(&self, tools: GuestTools);

    /// Whether there is a guest that has routes.
    fn has_routes(&self) -> bool;

    /// Answers a request that no compiled route has; `allowed` are the methods that compiled routes have at its path.
    fn answer(
        &self,
        head: &Head,
        body: Body,
        allowed: Methods,
        response: &mut Response,
    ) -> impl Future<Output = ()> + Send;

    /// Answers a request of a guest of the source tree: a route that is compiled in has it.
    fn route(
        &self,
        asked: GuestRoute<'_>,
        head: &Head,
        body: Body,
        response: &mut Response,
    ) -> impl Future<Output = ()> + Send;

    /// Delivers an event to a guest of the source tree, once; `json` are its fields.
    fn deliver(
        &self,
        guest: &'static Identity,
        event: &'static str,
        json: Vec<u8>,
    ) -> impl Future<Output = Result<()>> + Send;

    /// How every guest is.
    fn status(&self) -> Vec<GuestStatus>;

    /// The routes of guests that were dropped in, for documents.
    fn operations(&self) -> Vec<GuestOperation>;

    /// Whether a guest hears this event.
    fn hears(&self, event: &str) -> bool;

    /// An event was published: its guests are told, each by a delivery of the bus.
    fn hear(&self, heard: Heard);
}

/// An event that guests hear.
#[derive(Debug, Clone)]
pub struct Heard {
    /// `user.created`.
    pub event: &'static str,
    /// Everything but its fields.
    pub envelope: Envelope,
    /// Its fields as JSON.
    pub payload: Arc<str>,
}

/// The database, as a guest has it.
pub trait GuestDatabase: Send + Sync + 'static {
    /// Why the database would not run this statement; `None` where it would. Nothing is run.
    fn refusal<'p>(&'p self, sql: &'p str) -> Pending<'p, Option<String>>;

    /// The words of a statement that may be names of tables, in lower case.
    fn words(&self, sql: &str) -> Vec<String>;

    /// Every row of a statement.
    fn query<'p>(&'p self, sql: &'p str, values: Vec<GuestValue>) -> Pending<'p, GuestRows>;

    /// Runs a statement; the number of rows that it changed.
    fn execute<'p>(&'p self, sql: &'p str, values: Vec<GuestValue>) -> Pending<'p, u64>;

    /// Begins a transaction, which is rolled back where it is dropped.
    fn begin(&self) -> Pending<'_, Box<dyn GuestTransaction>>;
}

/// A transaction of a guest.
pub trait GuestTransaction: Send {
    /// Every row of a statement.
    fn query<'p>(&'p mut self, sql: &'p str, values: Vec<GuestValue>) -> Pending<'p, GuestRows>;

    /// Runs a statement; the number of rows that it changed.
    fn execute<'p>(&'p mut self, sql: &'p str, values: Vec<GuestValue>) -> Pending<'p, u64>;

    /// Keeps an event beside the rows: it is published with the commit.
    fn keep<'p>(
        &'p mut self,
        envelope: &'p Envelope,
        payload: &'p str,
        event: Arc<dyn Any + Send + Sync>,
    ) -> Pending<'p, ()>;

    /// Remembers that a subscriber has handled an event; `false` where that was remembered before.
    fn first_time<'p>(&'p mut self, event: &'p str, subscriber: &'p str) -> Pending<'p, bool>;

    /// Makes all of it durable.
    fn commit(self: Box<Self>) -> Pending<'static, ()>;
}

/// The tool `state`, as a guest has it: JSON texts in a namespace of its own.
pub trait GuestState: Send + Sync + 'static {
    /// The value, where there is one.
    fn get<'p>(&'p self, space: &'p str, key: &'p str) -> Pending<'p, Option<String>>;

    /// Keeps a value, for good or for a time.
    fn set<'p>(&'p self, space: &'p str, key: &'p str, json: &'p str, ttl: Option<Duration>) -> Pending<'p, ()>;

    /// Removes a value; whether there was one.
    fn delete<'p>(&'p self, space: &'p str, key: &'p str) -> Pending<'p, bool>;
}

/// The application's events by name. `app!` implements it.
pub trait GuestEvents: Send + Sync + 'static {
    /// Publishes an event as this guest; as part of its transaction, where it has one open.
    fn publish<'p>(
        &'p self,
        guest: &'static Identity,
        event: &'p str,
        json: &'p [u8],
        transaction: Option<&'p mut (dyn GuestTransaction + 'static)>,
    ) -> Pending<'p, ()>;
}

/// What an application gives to its guests.
#[derive(Clone)]
pub struct GuestTools {
    /// What is compiled in.
    pub manifest: &'static Manifest,
    /// Its tables with their domains. A function, because finding out applies migrations.
    pub tables: fn() -> Result<Vec<TableFacts>>,
    /// The tool `db`, where it runs.
    pub database: Option<Arc<dyn GuestDatabase>>,
    /// The tool `state`, where it runs.
    pub state: Option<Arc<dyn GuestState>>,
    /// The events, where the bus runs.
    pub events: Option<&'static dyn GuestEvents>,
    /// The deliveries of the bus, where an event reaches its subscribers within this process: only then may one come and go
    /// while it runs.
    pub deliveries: Option<Deliveries>,
    /// The guests of the source tree.
    pub compiled: &'static [CompiledGuest],
    /// The tool `auth`, where it runs.
    pub auth: Option<&'static dyn Authenticate>,
}

impl GuestTools {
    /// An application without tools.
    pub fn of(manifest: &'static Manifest, tables: fn() -> Result<Vec<TableFacts>>) -> Self {
        Self {
            manifest,
            tables,
            database: None,
            state: None,
            events: None,
            deliveries: None,
            compiled: &[],
            auth: None,
        }
    }

    /// With the guests of the source tree.
    #[must_use]
    pub fn with_compiled(self, compiled: &'static [CompiledGuest]) -> Self {
        Self { compiled, ..self }
    }

    /// With the tool that checks tokens, where it runs.
    #[must_use]
    pub fn with_auth<A: Authenticate + 'static>(self, auth: &'static Slot<A>) -> Self {
        let auth = auth.running().ok().map(|auth| -> &'static dyn Authenticate { auth });
        Self { auth, ..self }
    }

    /// With its database, where it runs.
    #[must_use]
    pub fn with_database<D: GuestDatabase + Clone>(self, database: &Slot<D>) -> Self {
        let database = database.running().ok().map(|database| -> Arc<dyn GuestDatabase> { Arc::new(database.clone()) });
        Self { database, ..self }
    }

    /// With its state, where it runs.
    #[must_use]
    pub fn with_state<S: GuestState + Clone>(self, state: &Slot<S>) -> Self {
        let state = state.running().ok().map(|state| -> Arc<dyn GuestState> { Arc::new(state.clone()) });
        Self { state, ..self }
    }

    /// With its events, where the bus runs.
    #[must_use]
    pub fn with_events<B: StaysHere>(self, app: &'static dyn GuestEvents, bus: &Slot<B>) -> Self {
        let running = bus.running().ok();
        let events = running.map(|_| app);
        Self { events, deliveries: running.filter(|_| B::STAYS_HERE).map(B::deliveries), ..self }
    }
}

impl fmt::Debug for GuestTools {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GuestTools")
            .field("database", &self.database.is_some())
            .field("state", &self.state.is_some())
            .field("events", &self.events.is_some())
            .finish_non_exhaustive()
    }
}

/// A bus whose events never leave the process, or one whose may.
pub trait StaysHere {
    /// Whether they stay.
    const STAYS_HERE: bool;

    /// The deliveries within this process.
    fn deliveries(&self) -> Deliveries;
}
