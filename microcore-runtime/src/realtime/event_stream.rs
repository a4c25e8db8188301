//! The handler's end of a stream of server-sent events. In: values. Out: lines as the HTML standard wants them, in a
//! bounded queue.

use std::fmt;
use std::fmt::Display;
use std::marker::PhantomData;

use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use serde::Serialize;
use tokio::sync::mpsc::Sender;

use super::left;
use crate::error::{Error, Result};

/// What the handler of an `#[sse]` route writes to, named `events`: each `T` becomes one event, as JSON.
///
/// Where the client is slower than the handler, `send` waits; so a slow reader slows its own handler and nothing else.
pub struct EventStream<T> {
    line: Sender<Bytes>,
    _of: PhantomData<fn(T)>,
}

impl<T: Serialize> EventStream<T> {
    pub(super) fn to(line: Sender<Bytes>) -> Self {
        Self { line, _of: PhantomData }
    }

    /// Sends one event, once there is room for it.
    ///
    /// # Errors
    ///
    /// Where the client has left, or the value can't be written as JSON.
    pub async fn send(&self, item: T) -> Result<()> {
        self.write(None, item).await
    }

    /// The same with an id, which a client that connects again sends back as `last_event_id`.
    pub async fn send_as(&self, id: impl Display, item: T) -> Result<()> {
        self.write(Some(id.to_string()), item).await
    }

    /// Sends everything that comes, until it ends, fails or the client leaves.
    pub async fn forward(&self, items: impl Stream<Item = Result<T>>) -> Result<()> {
        let mut items = std::pin::pin!(items);
        while let Some(item) = items.next().await {
            self.send(item?).await?;
        }
        Ok(())
    }

    async fn write(&self, id: Option<String>, item: T) -> Result<()> {
        let mut text = Vec::with_capacity(64);
        if let Some(id) = id {
            if id.contains(['\n', '\r', '\0']) {
                return Err(Error::internal(format!("{id:?} can't be the id of an event: it is one line of text")));
            }
            text.extend_from_slice(b"id: ");
            text.extend_from_slice(id.as_bytes());
            text.push(b'\n');
        }
        text.extend_from_slice(b"data: ");
        // JSON has no line breaks of its own.
        serde_json::to_writer(&mut text, &item)
            .map_err(|error| Error::internal("an event can't be serialised").with_source(error))?;
        text.extend_from_slice(b"\n\n");
        self.line.send(text.into()).await.map_err(|_| left())
    }
}

impl<T> fmt::Debug for EventStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventStream").field("room", &self.line.capacity()).finish_non_exhaustive()
    }
}
