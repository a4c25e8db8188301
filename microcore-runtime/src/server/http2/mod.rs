//! HTTP/2: the requests of a connection run side by side, each as a task of its own, which a reset stream does not cut.
//!
//! In: a stream that begins with the preface. Out: nothing. A client has windows to hold answers back with, and goes on
//! answering pings meanwhile; so whose turn it is is seen on the wire, and who leaves its own unused loses the connection.

mod answer;
mod frames;
mod turns;
mod wire;

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http2;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::Semaphore;

use self::answer::Answer;
use self::turns::{Expired, Turns};
use self::wire::Wire;
use super::connection::Served;
use super::exchange::{Peer, exchange};
use super::pace::Waits;
use super::respond::Respond;

/// Zero would wait forever.
const SHORTEST: Duration = Duration::from_millis(1);

/// Streams that one client may have open, and handlers that may run for it: who resets a stream has its handler still.
const STREAMS: usize = 200;

/// Answers the requests of one connection until either side is done with it.
pub(super) async fn many_at_once<R: Respond, S>(stream: S, served: Served<R>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let Served { app, edge, client, settings, closing, seat: _seat } = served;
    let waits = settings.waits;
    let (turns, handlers) = (Arc::new(Turns::default()), Arc::new(Semaphore::new(STREAMS)));
    let connection = http2::Builder::new(TokioExecutor::new())
        .timer(TokioTimer::new())
        .max_concurrent_streams(u32::try_from(STREAMS).unwrap_or(u32::MAX))
        .max_header_list_size(u32::try_from(settings.header_limit).unwrap_or(u32::MAX))
        // Who does not answer a ping is gone.
        .keep_alive_interval((!waits.idle.is_zero()).then_some(waits.idle))
        .serve_connection(
            TokioIo::new(Wire::new(stream, turns.clone())),
            service_fn(|request: Request<Incoming>| {
                let (turns, handlers, ours) = (turns.clone(), handlers.clone(), turns.ours());
                let method = request.method().clone();
                async move {
                    // Not begun where the stream is reset before there is a place.
                    let place = handlers.acquire_owned().await;
                    let answering = edge.tasks().spawn(async move {
                        let _place = place;
                        exchange(app, edge, Peer(client), request, None).await
                    });
                    // A task that was cut with its server answers nothing.
                    let answered = answering.await?;
                    drop(ours);
                    let response = answered.unwrap_or_else(|never| match never {});
                    Ok::<_, tokio::task::JoinError>(Answer::of(&method, response, turns))
                }
            }),
        );
    let mut connection = pin!(connection);
    let ended = {
        let conversation = pin!(async {
            tokio::select! {
                biased;
                ended = connection.as_mut() => Ok(ended),
                expired = turns.expired(waits) => Err(expired),
            }
        });
        closing.before(conversation).await
    };
    let ended = match ended {
        Some(Ok(ended)) => ended,
        Some(Err(Expired::Stalled)) => return tracing::debug!("connection ended: its client takes no answers"),
        Some(Err(Expired::Idle)) => {
            connection.as_mut().graceful_shutdown();
            // A request may be on its way: it is answered, and told to be the last.
            let waits = Waits { idle: settings.last.max(SHORTEST), ..waits };
            tokio::select! {
                biased;
                ended = connection => ended,
                _ = turns.expired(waits) => return,
                () = closing.ends() => return,
            }
        }
        None => {
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
