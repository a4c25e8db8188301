//! One connection from accept to close. In: a stream. Out: nothing; each request on it went through `exchange`.

use std::net::IpAddr;
use std::pin::pin;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;

use super::Respond;
use super::drain::Closing;
use super::exchange::exchange;
use super::settings::Conversation;
use super::stream::LastingStream;

/// Answers the requests of one connection, one after the other, until either side is done with it.
pub(super) async fn converse<R: Respond>(
    app: &'static R,
    stream: TcpStream,
    client: IpAddr,
    settings: Conversation,
    closing: Closing,
) {
    // Answers are written whole; waiting to fill a packet only delays them. Where it can't be set, they are late.
    let _ = stream.set_nodelay(true);
    let limits = settings.limits;
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(settings.header_timeout)
        // A client that closes its side gets its answer, and above all its handler runs to the end.
        .half_close(true)
        .serve_connection(
            TokioIo::new(LastingStream::new(stream)),
            service_fn(move |request| exchange(app, client, limits, request)),
        );
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        biased;
        ended = connection.as_mut() => ended,
        () = closing.begins() => {
            connection.as_mut().graceful_shutdown();
            tokio::select! {
                biased;
                ended = connection => ended,
                () = closing.ends() => return,
            }
        }
    };
    if let Err(error) = ended {
        // Clients hang up and send nonsense all the time: nothing that an operator must read.
        tracing::debug!("connection ended: {error}");
    }
}
