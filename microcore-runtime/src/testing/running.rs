//! A whole application on a free port, for tests that speak HTTP to it.

use std::net::SocketAddr;
use std::ops::Deref;

use super::{Client, Clock, Make};
use crate::application::Application;
use crate::lifecycle::{self, Boot};
use crate::server::{ServerHandle, ServerSettings};
use crate::settings::Settings;

/// A booted application that serves; it is also the [`Client`] that speaks to it.
///
/// Every tool is a test's own: the database is temporary, the bus delivers and remembers.
#[derive(Debug)]
pub struct Running<A: 'static> {
    app: &'static A,
    server: ServerHandle,
    client: Client,
    stopped: tokio::task::JoinHandle<()>,
}

impl<A: Application> Make for Running<A> {
    async fn make(_: &'static str, boot: &Boot) -> Self {
        Self::boot(boot).await.unwrap_or_else(|error| panic!("the application can't be booted: {error}"))
    }
}

impl<A: Application> Running<A> {
    /// Boots under these circumstances, on a port that the system chooses.
    pub async fn boot(boot: &Boot) -> crate::error::Result<Self> {
        let boot = boot.clone().with("HTTP_PORT", "0");
        let settings = ServerSettings::load(&boot.environment)?.verify()?;
        let booted = lifecycle::boot::<A>(boot, settings).await?;
        let (app, server) = (booted.app, booted.handle.clone());
        let stopped = tokio::spawn(async move { booted.serve().await });
        Ok(Self { app, client: Client::to(server.local_address()), server, stopped })
    }

    /// The application itself.
    pub fn app(&self) -> &'static A {
        self.app
    }

    /// Its clock, which goes on when the test says so.
    pub fn clock(&self) -> Clock<A> {
        Clock::of(self.app)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.server.local_address()
    }

    /// Speaks to the listener of the system pages, where `SYSTEM_PORT` asks for one.
    pub fn system(&self) -> Option<Client> {
        self.server.system_address().map(Client::to)
    }

    /// Stops it gracefully and waits until it has.
    pub async fn stop(self) {
        self.server.stop();
        self.stopped.await.expect("the server does not panic");
    }
}

impl<A> Deref for Running<A> {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}
