//! Answers that last: server-sent events and web sockets.
//!
//! In: a request whose inputs were read, and a handler. Out: the head of the answer; the handler then runs as a task of
//! its own, with the request as what it handles, until it ends, its client leaves or the server stops.

mod event_lines;
mod event_stream;
mod events;
mod feed;
#[cfg(feature = "ws")]
mod handshake;
mod lasting;
mod message;
mod sent_event;
mod socket;
#[cfg(feature = "ws")]
mod sockets;
mod subprotocol;
#[cfg(feature = "ws")]
mod talk;

pub use self::event_stream::EventStream;
pub use self::events::answer_events;
pub use self::feed::{Feed, Subscription};
pub use self::lasting::Lasting;
pub use self::message::{Outgoing, sending};
pub use self::sent_event::SentEvent;
pub use self::socket::Socket;
#[cfg(feature = "ws")]
pub use self::sockets::answer_socket;
pub use self::subprotocol::{Subprotocol, spoken};

use crate::error::{Error, Kind};

/// What `send` fails with once nobody listens; it is nobody's fault, and no operator must read of it.
fn left() -> Error {
    Error::of(Kind::BadRequest, "the client left")
}
