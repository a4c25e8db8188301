//! One connection from accept to close. In: a stream. Out: nothing; each request on it went through `exchange`.

use std::net::IpAddr;
use std::pin::pin;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::timeout;

use super::Respond;
use super::drain::{Closing, Cut};
use super::edge::Edge;
use super::exchange::{Peer, exchange};
#[cfg(feature = "http2")]
use super::http2::many_at_once;
use super::pace::Pace;
use super::preface::{Spoken, speaks};
use super::settings::Conversation;
use super::stream::{LastingStream, Stream};
#[cfg(feature = "tls")]
use super::tls::Tls;
use super::turn::Turn;
use crate::response::LONGEST_PART;

/// hyper wants no less.
const LEAST_BUFFER: usize = 8 * 1024;

/// What one connection is served with.
pub(super) struct Served<R: 'static> {
    pub(super) app: &'static R,
    pub(super) edge: &'static Edge,
    pub(super) client: IpAddr,
    pub(super) settings: Conversation,
    pub(super) closing: Closing,
    /// Its place among the connections that may be open.
    pub(super) seat: OwnedSemaphorePermit,
}

/// Answers the requests of one connection until either side is done with it.
pub(super) async fn converse<R: Respond>(stream: TcpStream, served: Served<R>) {
    // Answers are written whole; waiting to fill a packet only delays them. Where it can't be set, they are late.
    let _ = stream.set_nodelay(true);
    let spoken = {
        let speaks = pin!(speaks(&stream, served.settings.waits.head));
        // At a stop the HTTP/1 side answers what may be on its way.
        served.closing.before(speaks).await.unwrap_or(Spoken::Http1)
    };
    match spoken {
        Spoken::Http1 => one_by_one(stream, served).await,
        // In a box, so that the many connections that speak HTTP/1 do not carry its state.
        #[cfg(feature = "http2")]
        Spoken::Http2 => Box::pin(many_at_once(stream, served)).await,
        Spoken::TooSlowly => {}
    }
}

/// The same behind a TLS handshake, in which the protocol is agreed on.
#[cfg(feature = "tls")]
pub(super) async fn converse_privately<R: Respond>(stream: TcpStream, served: Served<R>, tls: &Tls) {
    let _ = stream.set_nodelay(true);
    let shaken = {
        let shaking = pin!(tls.accept(stream, served.settings.waits.head));
        served.closing.before(shaking).await.flatten()
    };
    match shaken {
        #[cfg(feature = "http2")]
        Some((stream, true)) => Box::pin(many_at_once(stream, served)).await,
        Some((stream, _)) => Box::pin(one_by_one(stream, served)).await,
        None => {}
    }
}

/// HTTP/1.1: the requests of a connection run inside its task, each after the one before it.
async fn one_by_one<R: Respond, S: Stream + Send + 'static>(stream: S, served: Served<R>) {
    let Served { app, edge, client, settings, closing, seat } = served;
    let cut = Cut::default();
    let turn = Turn::default();
    let stream = LastingStream::new(stream, Pace::new(turn.phase.clone(), settings.waits), seat);
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(None)
        .max_header_size(settings.header_limit)
        // Head and body go out as one piece, which costs less than a list of two: most bodies are small. Large ones
        // come in parts (`Content`), and what a connection keeps for its next answer has this bound.
        .writev(false)
        .max_buf_size(settings.header_limit.saturating_add(LONGEST_PART).max(LEAST_BUFFER))
        // A client that closes its side gets its answer, and above all its handler runs to the end.
        .half_close(true)
        .serve_connection(
            TokioIo::new(stream),
            service_fn(|request| {
                turn.phase.busy();
                // Not inside another future: that would copy it.
                exchange(app, edge, Peer(client), request, Some(&turn))
            }),
        )
        .with_upgrades();
    let mut connection = pin!(connection);
    let ended = match closing.before(connection.as_mut()).await {
        Some(ended) => ended,
        None => {
            turn.leave();
            // A request may be on its way to a connection that looks idle: it is answered, and told to be the last.
            let last = timeout(settings.last, connection.as_mut()).await;
            match last {
                Ok(ended) => ended,
                Err(_) => {
                    connection.as_mut().graceful_shutdown();
                    tokio::select! {
                        biased;
                        ended = connection => ended,
                        () = closing.ends() => return cut.begins(),
                    }
                }
            }
        }
    };
    if let Err(error) = ended {
        // Clients hang up and send nonsense all the time: nothing that an operator must read.
        tracing::debug!("connection ended: {error}");
    }
}
