//! From inputs to a stream of events. In: the request's inputs and the handler. Out: the head of the answer, once the
//! handler sent something or took its time; before that a failure is an ordinary one.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt;
use http::Method;
use tokio::sync::{mpsc, oneshot};
use tokio::time::sleep;

use super::event_lines::EventLines;
use super::{EventStream, Lasting};
use crate::error::{Error, Result};
use crate::request::Inputs;
use crate::response::{Content, Response, Streamed, failure, reply};
use crate::server::panic_text;

/// How long a handler may take to fail in an ordinary way: after that its client learns that the stream is open.
const OPENING: Duration = Duration::from_millis(250);

/// A handler that takes what the head says, and a stream to write to.
pub async fn answer_events<'r, I, T, F>(
    inputs: Inputs<'r>,
    read: impl FnOnce(&mut Inputs<'r>) -> Option<I>,
    handler: impl FnOnce(I, EventStream<T>) -> F + Send + 'static,
    response: &mut Response,
) where
    I: Send + 'static,
    T: 'static,
    F: Future<Output = Result<()>> + Send,
{
    *response = stream_of(inputs, read, handler).await;
}

async fn stream_of<'r, I, T, F>(
    mut inputs: Inputs<'r>,
    read: impl FnOnce(&mut Inputs<'r>) -> Option<I>,
    handler: impl FnOnce(I, EventStream<T>) -> F + Send + 'static,
) -> Response
where
    I: Send + 'static,
    T: 'static,
    F: Future<Output = Result<()>> + Send,
{
    let Some(values) = read(&mut inputs) else { return inputs.refuse() };
    if *inputs.method() == Method::HEAD {
        return opened(Content::default());
    }
    let Some(lasting) = inputs.lasting() else { return failure(Error::unavailable("events need a server")) };
    let (line, mut lines) = mpsc::channel(lasting.queue.max(1));
    let (tell, told) = oneshot::channel();
    let events = EventStream::to(line.clone());
    lasting.spawn(async move {
        let work = AssertUnwindSafe(async { handler(values, events).await }).catch_unwind();
        // Who waits for something to send never learns otherwise that nobody listens.
        let ended = tokio::select! {
            biased;
            () = line.closed() => return,
            ended = work => ended.unwrap_or_else(|payload| Err(panicked(&*payload))),
        };
        let Err(error) = ended else { return };
        if let Err(error) = tell.send(error) {
            let _ = line.send(last(error)).await;
        }
    });
    let first = tokio::select! {
        // A failure ends the queue as well: its sender is gone then.
        first = lines.recv() => first,
        () = sleep(OPENING) => None,
    };
    answer(first, lines, told, lasting)
}

fn answer(
    first: Option<Bytes>,
    lines: mpsc::Receiver<Bytes>,
    mut told: oneshot::Receiver<Error>,
    lasting: &'static Lasting,
) -> Response {
    // From here on the handler's task writes its failure into the stream by itself.
    told.close();
    match (first, told.try_recv()) {
        (None, Ok(error)) => failure(error),
        (first, failed) => opened(Content::stream(EventLines::of(first, lines, failed.ok().map(last), lasting))),
    }
}

fn opened(content: Content) -> Response {
    reply(200, Streamed::of("text/event-stream", content))
}

/// A failure after the head was sent: an event of its own, with the envelope of every failure.
fn last(error: Error) -> Bytes {
    let response = failure(error);
    let json = response.body().whole().cloned().unwrap_or_default();
    Bytes::from([b"event: failure\ndata: ", &json[..], b"\n\n"].concat())
}

pub(super) fn panicked(payload: &(dyn std::any::Any + Send)) -> Error {
    Error::internal(format!("a handler panicked: {}", panic_text(payload)))
}
