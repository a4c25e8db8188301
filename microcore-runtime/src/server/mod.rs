//! From a socket to the application and back.
//!
//! [`bind`] opens the listener, [`serve`] accepts until `stop`, each connection is one task, each request runs inside
//! it through `exchange`, and [`DrainReport`] says how the end went.

mod connection;
mod drain;
mod edge;
mod exchange;
mod folders;
mod handle;
mod http2;
mod listener;
mod pace;
mod respond;
mod settings;
mod stream;
#[cfg(feature = "tls")]
mod tls;
mod turn;

use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use self::connection::Served;
pub use self::drain::DrainReport;
use self::drain::Intake;
use self::edge::Edge;
pub(crate) use self::exchange::panic_text;
pub use self::handle::ServerHandle;
pub use self::listener::bind;
pub use self::respond::Respond;
pub use self::settings::ServerSettings;

/// Serves `app` until `stop`, then finishes what was begun, for as long as the settings allow.
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
    let intake = Intake::new(stop);
    // A server is one per application, which lives as long as the process too.
    let edge: &'static Edge =
        Box::leak(Box::new(Edge::new(settings, app.manifest(), intake.tasks(), intake.stop().clone())));
    // What is wrong with it has ended the boot.
    #[cfg(feature = "tls")]
    let tls: Option<&'static tls::Tls> = tls::Tls::of(settings).ok().flatten().map(|tls| &*Box::leak(Box::new(tls)));
    let seats = Arc::new(Semaphore::new(settings.max_connections.min(Semaphore::MAX_PERMITS)));
    let serve_one = |(stream, client, seat)| {
        let (settings, closing) = (settings.conversation(), intake.closing());
        let served = Served { app, edge, client, settings, closing, seat };
        #[cfg(feature = "tls")]
        if let Some(tls) = tls {
            return intake.track(connection::converse_privately(stream, served, tls));
        }
        intake.track(connection::converse(stream, served));
    };
    while let Some(accepted) = listener::accept(&listener, &seats, intake.stop()).await {
        serve_one(accepted);
    }
    // New connections are refused by the system from here on.
    listener::close(listener, &seats).into_iter().for_each(serve_one);
    intake.drain(settings.drain_timeout).await
}
