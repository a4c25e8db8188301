//! One open socket, from the handshake to its end: the handler, the reading and the writing side by side in one task.
//!
//! In: the stream and the handler. Out: nothing; whoever ends it, the other side hears of it with a code of RFC 6455, 7.4.

use std::marker::PhantomData;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{FutureExt, SinkExt, StreamExt};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::time::{Instant, interval_at, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::error::CapacityError;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error as WireError, Message};
use tokio_util::sync::CancellationToken;

use super::events::panicked;
use super::{Lasting, Socket, message};
use crate::error::{Kind, Result};
use crate::prefix::prefix;
use crate::validation::BodyRules;

/// How long a client may take to say goodbye.
const GOODBYE: Duration = Duration::from_secs(1);
/// A control frame has 125 bytes, two of which are the code.
const LONGEST_REASON: usize = 123;

/// How a socket ended, as far as the other side must hear it.
enum End {
    /// The handler returned, and what it sent is out.
    Done,
    /// The client closed or is gone: nothing more can be said.
    Left,
    /// Closed with a code and a reason.
    Closed(CloseCode, String),
}

/// What the reading half tells the writing half.
struct Pulse {
    /// Something came since the last beat, or the reading waits for the handler and can't tell.
    heard: AtomicBool,
    waiting: AtomicBool,
}

pub(super) async fn run<S, In, Out, P, F>(
    stream: S,
    lasting: &'static Lasting,
    rules: BodyRules<In>,
    protocol: Option<P>,
    handler: impl FnOnce(Socket<In, Out, P>) -> F,
) where
    S: AsyncRead + AsyncWrite + Unpin + Send,
    F: Future<Output = Result<()>>,
{
    let limit = Some(lasting.message_limit);
    let config = WebSocketConfig::default().read_buffer_size(4096).max_message_size(limit).max_frame_size(limit);
    let stream = WebSocketStream::from_raw_socket(stream, Role::Server, Some(config)).await;
    let (mut sink, mut source) = stream.split();
    let (inlet, incoming) = mpsc::channel(lasting.queue.max(1));
    let (outgoing, outlet) = mpsc::channel(lasting.queue.max(1));
    let socket = Socket { incoming, outgoing: outgoing.clone(), protocol, _of: PhantomData };
    let work = AssertUnwindSafe(async { handler(socket).await }).catch_unwind();
    let mut served = pin!(work.map(|ended| ended.unwrap_or_else(|payload| Err(panicked(&*payload)))));
    let (pulse, returned) = (Pulse { heard: true.into(), waiting: false.into() }, CancellationToken::new());
    let mut outcome = None;
    let end = {
        let mut writing = pin!(write(&mut sink, outlet, lasting, &pulse, &returned));
        let mut reading = pin!(read(&mut source, inlet, outgoing, &rules, &pulse));
        loop {
            tokio::select! {
                biased;
                ended = served.as_mut(), if outcome.is_none() => {
                    outcome = Some(ended);
                    returned.cancel();
                }
                end = writing.as_mut() => break end,
                end = reading.as_mut() => break end,
            }
        }
        // Here the queues end: a handler that still runs hears of it at its next `receive` or `send`.
    };
    let goodbye = async {
        if let (None, End::Closed(code, reason)) = (&outcome, &end) {
            close(&mut sink, &mut source, *code, reason).await;
        }
    };
    let handler = async {
        match outcome {
            Some(_) => None,
            None => timeout(lasting.linger, served).await.ok(),
        }
    };
    let ((), late) = tokio::join!(goodbye, handler);
    let failed = outcome.or(late).and_then(Result::err);
    match (failed, end) {
        (None, End::Done) => close(&mut sink, &mut source, CloseCode::Normal, "").await,
        (Some(error), End::Done) => {
            let (code, reason) = (code_of(error.kind()), error.public_message().to_owned());
            let _ = timeout(GOODBYE, sink.send(Message::text(message::refusal(error)))).await;
            close(&mut sink, &mut source, code, &reason).await;
        }
        // Nobody is left to read it; the log still wants to know.
        (Some(error), _) => drop(message::refusal(error)),
        (None, _) => {}
    }
}

/// Queue → wire, with a ping where a beat is due.
async fn write<S: AsyncRead + AsyncWrite + Unpin>(
    sink: &mut SplitSink<WebSocketStream<S>, Message>,
    mut outlet: Receiver<Result<String>>,
    lasting: &Lasting,
    pulse: &Pulse,
    returned: &CancellationToken,
) -> End {
    let beats = !lasting.heartbeat.is_zero();
    let period = if beats { lasting.heartbeat } else { Duration::from_secs(60 * 60) };
    let mut beat = interval_at(Instant::now() + period, period);
    let mut stopping = pin!(lasting.stopping());
    let mut last = false;
    loop {
        tokio::select! {
            biased;
            () = returned.cancelled(), if !last => {
                // What is queued goes out; nothing is added.
                outlet.close();
                last = true;
            }
            () = stopping.as_mut(), if !last => return farewell(),
            item = outlet.recv() => match item {
                None => return End::Done,
                Some(Err(error)) => {
                    let (code, reason) = (code_of(error.kind()), error.public_message().to_owned());
                    if sink.send(Message::text(message::refusal(error))).await.is_err() {
                        return End::Left;
                    }
                    return End::Closed(code, reason);
                }
                Some(Ok(text)) => {
                    if sink.send(Message::text(text)).await.is_err() {
                        return End::Left;
                    }
                }
            },
            _ = beat.tick(), if beats => {
                let heard = pulse.heard.swap(false, Ordering::Relaxed) || pulse.waiting.load(Ordering::Relaxed);
                if !heard || sink.send(Message::Ping(bytes::Bytes::new())).await.is_err() {
                    return End::Left;
                }
            }
        }
    }
}

/// Wire → queue. A slow handler slows the reading, and so its client.
async fn read<S: AsyncRead + AsyncWrite + Unpin, In>(
    source: &mut SplitStream<WebSocketStream<S>>,
    inlet: Sender<In>,
    refusals: Sender<Result<String>>,
    rules: &BodyRules<In>,
    pulse: &Pulse,
) -> End {
    loop {
        let frame = source.next().await;
        pulse.heard.store(true, Ordering::Relaxed);
        match frame {
            Some(Ok(Message::Text(text))) => {
                pulse.waiting.store(true, Ordering::Relaxed);
                match message::read(&text, rules) {
                    // A handler that dropped its socket reads nothing any more.
                    Ok(value) => drop(inlet.send(value).await),
                    Err(error) => drop(refusals.send(Ok(message::refusal(error))).await),
                }
                pulse.waiting.store(false, Ordering::Relaxed);
                pulse.heard.store(true, Ordering::Relaxed);
            }
            Some(Ok(Message::Binary(_))) => {
                return End::Closed(CloseCode::Unsupported, "messages are JSON in text frames".into());
            }
            // A ping is answered and a close is acknowledged by the library, at the next read.
            Some(Ok(_)) => {}
            Some(Err(WireError::Capacity(CapacityError::MessageTooLong { max_size, .. }))) => {
                return End::Closed(CloseCode::Size, format!("a message may have at most {max_size} bytes"));
            }
            Some(Err(WireError::Utf8(_))) => return End::Closed(CloseCode::Invalid, "text must be UTF-8".into()),
            Some(Err(WireError::Protocol(error))) => return End::Closed(CloseCode::Protocol, error.to_string()),
            None | Some(Err(_)) => return End::Left,
        }
    }
}

/// Says goodbye and waits a little for the answer, so that the close is not lost to a reset.
async fn close<S: AsyncRead + AsyncWrite + Unpin>(
    sink: &mut SplitSink<WebSocketStream<S>, Message>,
    source: &mut SplitStream<WebSocketStream<S>>,
    code: CloseCode,
    reason: &str,
) {
    let frame = CloseFrame { code, reason: prefix(reason, LONGEST_REASON).into() };
    let goodbye = async {
        if sink.send(Message::Close(Some(frame))).await.is_ok() {
            while let Some(Ok(_)) = source.next().await {}
        }
    };
    let _ = timeout(GOODBYE, goodbye).await;
}

/// 1012 asks the client to come again at once: another process serves already, or will in a moment.
fn farewell() -> End {
    let code = if crate::server::is_coming_back() { CloseCode::Restart } else { CloseCode::Away };
    End::Closed(code, "the server stops".into())
}

/// 1008 where the client is to blame, 1013 where it may come back later, 1011 where we are.
fn code_of(kind: Kind) -> CloseCode {
    match kind {
        Kind::Unavailable | Kind::TooManyRequests => CloseCode::Again,
        kind if kind.status() < 500 => CloseCode::Policy,
        _ => CloseCode::Error,
    }
}
