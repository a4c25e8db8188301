//! From a socket to the application and back.
//!
//! [`bind`] opens the listener, [`serve`] accepts until `stop`, each connection is one task, each request runs inside
//! it through `exchange`, and [`DrainReport`] says how the end went.

mod answering;
mod beside;
mod bucket;
mod connection;
mod drain;
mod edge;
mod exchange;
mod folders;
mod handle;
#[cfg(feature = "http2")]
mod http2;
#[cfg(unix)]
mod inherited;
mod kept;
mod linger;
mod listener;
mod loops;
mod origin;
#[cfg(feature = "tls")]
mod own_tls;
mod pace;
mod preface;
mod respond;
mod settings;
mod sockets;
mod soundness;
mod stream;
#[cfg(feature = "tls")]
mod tls;
#[cfg(all(unix, debug_assertions))]
mod told;
mod turn;
mod verified;
mod verify;

use std::net::IpAddr;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

pub(crate) use self::answering::panic_text;
use self::beside::Beside;
pub(crate) use self::bucket::Buckets;
use self::connection::Served;
pub use self::drain::DrainReport;
use self::drain::Intake;
use self::edge::Edge;
#[cfg(feature = "testing")]
pub(crate) use self::exchange::exchange_alone;
pub use self::handle::ServerHandle;
#[cfg(unix)]
pub(crate) use self::inherited::inherited;
pub(crate) use self::kept::Kept;
#[cfg(unix)]
pub(crate) use self::kept::comes_back;
#[cfg(feature = "ws")]
pub(crate) use self::kept::is_coming_back;
use self::listener::Accepted;
pub use self::listener::{bind, bind_system};
pub use self::loops::EventLoops;
#[cfg(feature = "tls")]
pub(crate) use self::own_tls::OwnTls;
#[cfg(all(unix, debug_assertions, feature = "http2"))]
pub(crate) use self::preface::Spoken;
#[cfg(all(unix, debug_assertions))]
pub(crate) use self::preface::speaks;
pub use self::respond::Respond;
use self::settings::Conversation;
pub use self::settings::ServerSettings;
pub(crate) use self::sockets::{Inherited, Sockets};
#[cfg(all(unix, debug_assertions))]
pub(crate) use self::told::{TOLD_PEER, peers_are_told};
pub use self::verified::Verified;
use crate::openapi::describe;
use crate::system::Place;

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
    settings: Verified,
    stop: CancellationToken,
) -> DrainReport {
    let (seats, drain_timeout) = (settings.max_connections, settings.drain_timeout);
    let server = Server::new(app, settings, stop, Place::Public(address_of(&listener)));
    server.accept_all(listener, seats).await;
    server.intake.drain(drain_timeout).await
}

/// Serves the system pages of `app`, and nothing else, at the listener of `SYSTEM_PORT`; see [`bind_system`].
///
/// # Cancellation
///
/// As with [`serve`].
pub async fn serve_system<R: Respond>(
    app: &'static R,
    listener: TcpListener,
    settings: Verified,
    stop: CancellationToken,
) -> DrainReport {
    let (seats, drain_timeout) = (settings.max_connections, settings.drain_timeout);
    let place = Place::Own(address_of(&listener));
    // As long-lived as the server, which is one per application.
    let server = Server::new(Box::leak(Box::new(Beside(app))), settings, stop, place);
    server.accept_all(listener, seats).await;
    server.intake.drain(drain_timeout).await
}

/// `None` where the system can't tell.
fn address_of(listener: &TcpListener) -> Option<IpAddr> {
    listener.local_addr().ok().map(|address| address.ip())
}

/// What the connections of one server share.
struct Server<R: 'static> {
    app: &'static R,
    edge: &'static Edge,
    settings: Conversation,
    intake: Intake,
    kept: Kept,
    #[cfg(feature = "tls")]
    tls: Option<&'static tls::Tls>,
}

impl<R: Respond> Server<R> {
    fn new(app: &'static R, verified: Verified, stop: CancellationToken, place: Place) -> Self {
        let Verified {
            settings,
            folders,
            environment,
            kept,
            #[cfg(feature = "tls")]
            tls,
        } = verified;
        let intake = Intake::new(stop);
        // A server is one per application, which lives as long as the process too.
        let documents = app.manifest().filter(|_| settings.docs != Some(false));
        let documents = documents.map(|manifest| describe(manifest, app.token_places()));
        let inside = app.inside().described(app.manifest(), environment);
        let documents = documents.map(|documents| documents.with_guests(inside.operations()));
        let shown = (inside, documents);
        let (tasks, stop) = (intake.tasks(), intake.stop().clone());
        let edge = Box::leak(Box::new(Edge::new(&settings, place, folders, shown, tasks, stop)));
        Self {
            app,
            edge,
            settings: settings.conversation(),
            intake,
            kept,
            #[cfg(feature = "tls")]
            tls: tls.filter(|_| !place.is_within_this_machine()).map(|tls| &*Box::leak(Box::new(tls))),
        }
    }

    /// Accepts until the stop, so many connections at a time.
    async fn accept_all(&self, listener: TcpListener, seats: usize) {
        let seats = Arc::new(Semaphore::new(seats.min(Semaphore::MAX_PERMITS)));
        while let Some(accepted) = listener::accept(&listener, &seats, self.intake.stop()).await {
            self.begin(accepted);
        }
        if self.kept.is_handed_over() {
            // Whoever has the sockets now accepts what waits there.
            return;
        }
        // A copy that stayed open would go on to take connections that nobody accepts.
        self.kept.let_go();
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
