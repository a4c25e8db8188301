//! What there is to look at: the parts of an application that its system pages tell about. The wiring gives them.

use std::fmt;
use std::pin::Pin;

use crate::error::{Error, Result};
use crate::event::{Deliveries, EventStatus};
use crate::manifest::Manifest;
use crate::plugin::{Down, Slot};
use crate::request::{Authenticate, Head, role_of};

/// What a look at a tool comes to, in a box: pages are not opened as often as handlers run.
pub type Looked<'t, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 't>>;

/// What the tool `bus` must be able to do for the pages about events.
pub trait Watched: Send + Sync + 'static {
    /// The deliveries of this process, with their trace.
    fn deliveries(&self) -> Deliveries;

    /// Every event with both of its ends, and how every subscriber stands.
    fn topology(&self) -> Looked<'_, Vec<EventStatus>>;

    /// Delivers a dead letter again; whether there is one of this number.
    fn replay(&self, dead_letter: u64) -> Looked<'_, bool>;

    /// Forgets a dead letter; whether there was one of this number.
    fn discard(&self, dead_letter: u64) -> Looked<'_, bool>;
}

type BusOf = Box<dyn Fn() -> Result<&'static dyn Watched, &'static Down> + Send + Sync>;
type AuthOf = Box<dyn Fn() -> Option<&'static dyn Authenticate> + Send + Sync>;

/// The inside of one application.
#[derive(Default)]
pub struct Inside {
    bus: Option<BusOf>,
    auth: Option<AuthOf>,
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

    /// Whether there is a bus at all.
    pub(super) fn has_bus(&self) -> bool {
        self.bus.is_some()
    }

    /// The bus; 503 where it is off.
    pub(super) fn bus(&self) -> Result<&'static dyn Watched> {
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
        f.debug_struct("Inside").field("bus", &self.bus.is_some()).field("auth", &self.auth.is_some()).finish()
    }
}
