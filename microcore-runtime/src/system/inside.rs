//! What there is to look at: the parts of an application that its system pages tell about. The wiring gives them.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use super::parts::{Of, Parts};
use crate::application::Application;
use crate::error::{Error, Result};
use crate::event::{DeadLetter, Deliveries, EventStatus};
use crate::guest::{GuestOperation, GuestStatus, Guests};
use crate::manifest::Manifest;
use crate::plugin::{Down, Slot};
use crate::request::{Authenticate, Head, role_of};
use crate::settings::Environment;

/// What a look at a tool comes to, in a box: pages are not opened as often as handlers run.
pub type Looked<'t, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 't>>;

/// What the tool `bus` must be able to do for the pages about events.
pub trait Watched: Send + Sync + 'static {
    /// The deliveries of this process, with their trace.
    fn deliveries(&self) -> Deliveries;

    /// Every event with both of its ends, and how every subscriber stands.
    fn topology(&self) -> Looked<'_, Vec<EventStatus>>;

    /// Up to `limit` dead letters, the oldest first.
    fn dead(&self, limit: usize) -> Looked<'_, Vec<DeadLetter>>;

    /// Delivers a dead letter again; whether there is one of this number.
    fn replay(&self, dead_letter: u64) -> Looked<'_, bool>;

    /// Whether other processes of the application can be reached through it.
    fn reaches_others(&self) -> bool {
        false
    }

    /// Tells every process that listens now, this one included: what it hears goes to
    /// [`replica_heard`](super::replica_heard). Nothing of it is kept.
    fn tell_others(&self, _said: String) -> Looked<'_, ()> {
        Box::pin(async { Ok(()) })
    }

    /// Forgets a dead letter; whether there was one of this number.
    fn discard(&self, dead_letter: u64) -> Looked<'_, bool>;
}

type BusOf = Box<dyn Fn() -> Result<&'static dyn Watched, &'static Down> + Send + Sync>;
type GuestsOf = Box<dyn Fn() -> Vec<GuestStatus> + Send + Sync>;
/// The routes of guests that were dropped in, as they are now.
pub(crate) type OperationsOf = Arc<dyn Fn() -> Vec<GuestOperation> + Send + Sync>;
type AuthOf = Box<dyn Fn() -> Option<&'static dyn Authenticate> + Send + Sync>;

/// The inside of one application.
pub struct Inside {
    bus: Option<BusOf>,
    auth: Option<AuthOf>,
    guests: Option<GuestsOf>,
    operations: Option<OperationsOf>,
    parts: Option<Box<dyn Parts>>,
    manifest: &'static Manifest,
    environment: Environment,
}

impl Default for Inside {
    fn default() -> Self {
        let (manifest, environment) = (const { &Manifest::EMPTY }, Environment::default());
        Self { bus: None, auth: None, guests: None, operations: None, parts: None, manifest, environment }
    }
}

impl Inside {
    /// With its bus, where it sets one up.
    #[must_use]
    pub fn with_bus<B: Watched>(self, manifest: &Manifest, bus: &'static Slot<B>) -> Self {
        let bus = manifest
            .needs_tool("bus")
            .then(|| -> BusOf { Box::new(move || bus.running().map(|bus| -> &'static dyn Watched { bus })) });
        Self { bus, ..self }
    }

    /// With the tool that knows who has which role.
    #[must_use]
    pub fn with_auth<A: Authenticate + 'static>(self, auth: &'static Slot<A>) -> Self {
        let auth: AuthOf = Box::new(move || auth.running().ok().map(|auth| -> &'static dyn Authenticate { auth }));
        Self { auth: Some(auth), ..self }
    }

    /// With its guests.
    #[must_use]
    pub fn with_guests<G: Guests>(self, guests: &'static Slot<G>) -> Self {
        let operations: OperationsOf = Arc::new(move || guests.running().map(Guests::operations).unwrap_or_default());
        let guests: GuestsOf = Box::new(move || guests.running().map(Guests::status).unwrap_or_default());
        Self { guests: Some(guests), operations: Some(operations), ..self }
    }

    /// How every guest is; none where the application has no tool that runs them.
    pub(super) fn guests(&self) -> Vec<GuestStatus> {
        self.guests.as_ref().map(|guests| guests()).unwrap_or_default()
    }

    /// The routes of guests that are dropped in.
    pub(crate) fn operations(&self) -> Option<OperationsOf> {
        self.operations.clone()
    }

    /// With the application that runs.
    pub(crate) fn of_application<A: Application>(self, app: &'static A) -> Self {
        Self { parts: Some(Box::new(Of(app))), ..self }
    }

    /// With what it is made of, and where its settings came from.
    pub(crate) fn described(self, manifest: Option<&'static Manifest>, environment: Environment) -> Self {
        Self { manifest: manifest.unwrap_or(self.manifest), environment, ..self }
    }

    /// What it is made of.
    pub(crate) fn manifest(&self) -> &'static Manifest {
        self.manifest
    }

    /// Where its settings came from.
    pub(super) fn environment(&self) -> &Environment {
        &self.environment
    }

    /// The application that runs; none in tests of the server alone.
    pub(super) fn parts(&self) -> Option<&dyn Parts> {
        self.parts.as_deref()
    }

    /// Whether there is a bus at all.
    pub(super) fn has_bus(&self) -> bool {
        self.bus.is_some()
    }

    /// The bus; 503 where it is off.
    pub(crate) fn bus(&self) -> Result<&'static dyn Watched> {
        let bus = self.bus.as_ref().ok_or_else(|| Error::not_found("the bus"))?;
        bus().map_err(Down::to_error)
    }

    /// Who has the role, by a good token of the tool `auth`.
    pub(super) fn has_role(&self, head: &Head, role: &str) -> Option<String> {
        role_of(head, (self.auth.as_ref()?)()?, role)
    }
}

impl fmt::Debug for Inside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inside")
            .field("bus", &self.bus.is_some())
            .field("auth", &self.auth.is_some())
            .finish_non_exhaustive()
    }
}
