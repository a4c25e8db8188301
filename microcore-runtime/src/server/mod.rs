//! From a socket to the application and back.
//!
//! [`bind`] opens the listener, [`serve`] accepts until `stop`, each connection is one task, each request runs inside
//! it through `exchange`, and [`DrainReport`] says how the end went.

mod answering;
mod connection;
mod drain;
mod edge;
mod exchange;
mod folders;
mod handle;
mod http2;
mod listener;
mod loops;
mod origin;
mod pace;
mod respond;
mod settings;
mod stream;
#[cfg(feature = "tls")]
mod tls;
mod turn;
mod verify;

use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

pub(crate) use self::answering::panic_text;
use self::connection::Served;
pub use self::drain::DrainReport;
use self::drain::Intake;
use self::edge::Edge;
pub use self::handle::ServerHandle;
use self::listener::Accepted;
pub use self::listener::bind;
pub use self::loops::EventLoops;
pub use self::respond::Respond;
use self::settings::Conversation;
pub use self::settings::ServerSettings;
use crate::openapi::describe;

/// Serves `app` until `stop`, then finishes what was begun, for as long as the settings allow.
///
/// All of it runs on the runtime that this is called on; [`EventLoops`] has the other way.
///
/// # Cancellation
///
/// Dropping the future stops the intake; connections then end by themselves, without a deadline.
pub async fn serve<R: Respond>(
    app: &'static R,
    listener: TcpListener,
    settings: &ServerSettings,
    stop: CancellationToken,
) -> DrainReport {
    let server = Server::new(app, settings, stop);
    server.accept_all(listener, settings.max_connections).await;
    server.intake.drain(settings.drain_timeout).await
}

/// What the connections of one server share.
struct Server<R: 'static> {
    app: &'static R,
    edge: &'static Edge,
    settings: Conversation,
    intake: Intake,
    #[cfg(feature = "tls")]
    tls: Option<&'static tls::Tls>,
}

impl<R: Respond> Server<R> {
    fn new(app: &'static R, settings: &ServerSettings, stop: CancellationToken) -> Self {
        let intake = Intake::new(stop);
        // A server is one per application, which lives as long as the process too.
        let documents = app.manifest().filter(|_| settings.shows_documents());
        let documents = documents.map(|manifest| describe(manifest, app.token_cookie()));
        let edge = Box::leak(Box::new(Edge::new(settings, documents, intake.tasks(), intake.stop().clone())));
        // What is wrong with it has ended the boot.
        #[cfg(feature = "tls")]
        let tls = tls::Tls::of(settings).ok().flatten().map(|tls| &*Box::leak(Box::new(tls)));
        Self {
            app,
            edge,
            settings: settings.conversation(),
            intake,
            #[cfg(feature = "tls")]
            tls,
        }
    }

    /// Accepts until the stop, so many connections at a time.
    async fn accept_all(&self, listener: TcpListener, seats: usize) {
        let seats = Arc::new(Semaphore::new(seats.min(Semaphore::MAX_PERMITS)));
        while let Some(accepted) = listener::accept(&listener, &seats, self.intake.stop()).await {
            self.begin(accepted);
        }
        // New connections are refused by the system from here on.
        for accepted in listener::close(listener, &seats) {
            self.begin(accepted);
        }
    }

    /// Serves one connection as a task of its own, on the runtime that accepted it.
    fn begin(&self, (stream, client, seat): Accepted) {
        let (settings, closing) = (self.settings, self.intake.closing());
        let served = Served { app: self.app, edge: self.edge, client, settings, closing, seat };
        #[cfg(feature = "tls")]
        if let Some(tls) = self.tls {
            return self.intake.track(connection::converse_privately(stream, served, tls));
        }
        self.intake.track(connection::converse(stream, served));
    }
}
