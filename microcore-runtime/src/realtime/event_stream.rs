//! The handler's end of a stream of server-sent events. In: values. Out: lines as the HTML standard wants them, in a
//! bounded queue.

use std::fmt;
use std::fmt::Display;
use std::marker::PhantomData;

use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use serde::Serialize;
use tokio::sync::mpsc::Sender;

use super::{SentEvent, left, sent_event};
use crate::error::Result;

/// What the handler of an `#[sse]` route writes to, named `events`: each `T` becomes one event, as JSON.
///
/// Where the client is slower than the handler, `send` waits; so a slow reader slows its own handler and nothing else.
pub struct EventStream<T> {
    line: Sender<Bytes>,
    _of: PhantomData<fn(T)>,
}

impl<T> EventStream<T> {
    pub(super) fn to(line: Sender<Bytes>) -> Self {
        Self { line, _of: PhantomData }
    }
}

impl<T: Serialize> EventStream<T> {
    /// Sends one event, once there is room for it.
    ///
    /// # Errors
    ///
    /// Where the client has left, or the value can't be written as JSON.
    pub async fn send(&self, item: T) -> Result<()> {
        self.send_event(SentEvent::new(item)).await
    }

    /// The same with an id, which a client that connects again sends back as `last_event_id`.
    pub async fn send_as(&self, id: impl Display, item: T) -> Result<()> {
        self.send_event(SentEvent::new(item).id(id)).await
    }

    /// Sends everything that comes, until it ends, fails or the client leaves.
    pub async fn forward(&self, items: impl Stream<Item = Result<T>>) -> Result<()> {
        let mut items = std::pin::pin!(items);
        while let Some(item) = items.next().await {
            self.send(item?).await?;
        }
        Ok(())
    }

    /// The same with a name, an id or a time to come again.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send); and where the name or the id is more than one line.
    pub async fn send_event(&self, event: SentEvent<T>) -> Result<()> {
        self.line.send(event.write()?).await.map_err(|_| left())
    }

    /// Sends what clients read over; every line of it is a comment.
    ///
    /// # Errors
    ///
    /// Where the client has left.
    pub async fn comment(&self, text: &str) -> Result<()> {
        self.line.send(sent_event::comment(text)).await.map_err(|_| left())
    }
}

impl<T> fmt::Debug for EventStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventStream").field("room", &self.line.capacity()).finish_non_exhaustive()
    }
}
