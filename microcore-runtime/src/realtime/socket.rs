//! The handler's end of a web socket: messages in, messages out, each through a bounded queue.

use std::fmt;
use std::marker::PhantomData;

use futures_util::{Stream, StreamExt};
use serde::Serialize;
use tokio::sync::mpsc::{Receiver, Sender};

use super::{Subprotocol, left, message};
use crate::context;
use crate::error::Result;

/// What the handler of a `#[ws]` route talks through, named `socket`: it receives `In` and sends `Out`, as JSON text.
///
/// The socket lives as long as its handler: when the handler returns, what was sent goes out and the socket is closed.
///
/// With a third type it has a subprotocol, see [`Subprotocol`].
pub struct Socket<In, Out, Protocol = ()> {
    pub(super) incoming: Receiver<In>,
    pub(super) outgoing: Sender<Result<String>>,
    pub(super) protocol: Option<Protocol>,
    pub(super) _of: PhantomData<fn(Out)>,
}

impl<In, Out, Protocol: Subprotocol> Socket<In, Out, Protocol> {
    /// What was agreed on with the client; `None` where it offered nothing that is known.
    pub fn protocol(&self) -> Option<&Protocol> {
        self.protocol.as_ref()
    }
}

impl<In, Out: Serialize + Send + 'static, Protocol> Socket<In, Out, Protocol> {
    /// The next message; `None` once the client left or the server stops.
    ///
    /// What is no `In`, or breaks its rules, is answered with a failure by the framework and does not get here.
    pub async fn receive(&mut self) -> Option<In> {
        self.incoming.recv().await
    }

    /// Sends one message, once there is room for it.
    ///
    /// # Errors
    ///
    /// Where the client has left, or the value can't be written as JSON.
    pub async fn send(&self, value: Out) -> Result<()> {
        let text = message::write(&value)?;
        self.outgoing.send(Ok(text)).await.map_err(|_| left())
    }

    /// Sends everything that comes, beside what the handler does. Where it fails, the socket is closed.
    pub fn forward(&self, items: impl Stream<Item = Result<Out>> + Send + 'static) {
        let outgoing = self.outgoing.clone();
        context::spawn(async move {
            let mut items = std::pin::pin!(items);
            loop {
                let item = tokio::select! {
                    biased;
                    () = outgoing.closed() => return,
                    item = items.next() => item,
                };
                let Some(item) = item else { return };
                let text = item.and_then(|value| message::write(&value));
                let failed = text.is_err();
                if outgoing.send(text).await.is_err() || failed {
                    return;
                }
            }
        });
    }
}

impl<In, Out, Protocol> fmt::Debug for Socket<In, Out, Protocol> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Socket").field("room", &self.outgoing.capacity()).finish_non_exhaustive()
    }
}
