//! Where a tool learns about the application that it belongs to: the bus calls its handlers, `http` tells its state.

use std::future::Future;
use std::time::Duration;

use super::stop::Stop;
use crate::error::{Error, Result};
use crate::event::Envelope;
use crate::plugin::Slot;
use crate::server::ServerHandle;

/// What the tool `bus` must be able to do.
pub trait Connect<A: 'static> {
    /// From now on events go to this application's subscribers. A second call changes nothing.
    fn connect(&self, app: &'static A);

    /// Hands an event to its subscribers that was stored elsewhere: its envelope, and its fields as JSON.
    fn hand_on(&self, app: &'static A, envelope: Envelope, payload: String) -> impl Future<Output = Result<()>> + Send;

    /// Waits until all accepted events are delivered; gives how many were not within the deadline.
    fn drain(&self, deadline: Duration) -> impl Future<Output = usize> + Send;
}

/// What the tool `bus` must be able to do with a database: hand on what is kept in its outbox.
pub trait Relay<A: 'static, D> {
    /// Listens to what transactions keep.
    fn join(&self, database: &D);

    /// Hands on, from now on. A second call changes nothing.
    fn relay(&self, app: &'static A, database: D);
}

/// What the tool `http` must be able to do.
pub trait Online<A: 'static> {
    /// The application serves now.
    fn online(&self, app: &'static A, server: ServerHandle);
}

/// Connects the bus, where it is up.
pub fn connect<A: 'static, B: Connect<A>>(bus: &Slot<B>, app: &'static A) {
    if let Ok(bus) = bus.running() {
        bus.connect(app);
    }
}

/// Hands an event on, where the bus is up.
pub async fn hand_on<A: 'static, B: Connect<A>>(
    bus: &Slot<B>,
    app: &'static A,
    envelope: Envelope,
    payload: String,
) -> Result<()> {
    match bus.running() {
        Ok(bus) => bus.hand_on(app, envelope, payload).await,
        Err(down) => Err(Error::unavailable(down.to_string())),
    }
}

/// Starts the relay, where bus and database are up.
pub fn relay<A: 'static, B: Relay<A, D>, D: Clone>(bus: &Slot<B>, database: &Slot<D>, app: &'static A) {
    if let (Ok(bus), Ok(database)) = (bus.running(), database.running()) {
        bus.join(database);
        bus.relay(app, database.clone());
    }
}

/// Delivers what was accepted, where the bus was set up, as long as the stop lets it.
pub async fn drain<A: 'static, B: Connect<A>>(bus: &Slot<B>, _app: &'static A, stop: &Stop) {
    if let Some(bus) = bus.built() {
        stop.works_on("the delivery of accepted events");
        // What is left is named there: the bus knows who works on it.
        bus.drain(stop.events()).await;
    }
}

/// Tells the tool `http`, where it is up.
pub fn online<A: 'static, H: Online<A>>(http: &Slot<H>, app: &'static A, server: ServerHandle) {
    if let Ok(http) = http.running() {
        http.online(app, server);
    }
}
