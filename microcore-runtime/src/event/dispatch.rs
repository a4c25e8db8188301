//! The traits between the bus and the wiring.

use std::future::Future;

use super::Published;
use crate::error::Result;

/// Something that happened. `#[event("…")]` implements it.
pub trait Event: Send + Sync + 'static {
    /// The name on the bus: `user.created`.
    const NAME: &'static str;
}

/// An event that asks: `#[event("…", reply = T)]` implements it.
pub trait Request: Event {
    /// What the one responder gives back.
    type Reply: Send + 'static;
}

/// The application's subscribers of `E`. `app!` implements it for every declared event.
#[diagnostic::on_unimplemented(
    message = "`{E}` is not an event of this application",
    label = "not declared in a file of `src/domains/<domain>/events/`",
    note = "declare it there with `#[event(\"…\")]`: one file, one event"
)]
pub trait Dispatch<E: Event>: 'static {
    /// Calls the inline subscribers and starts the deliveries of the others.
    fn dispatch(&'static self, published: &Published<E>);
}

/// The application's one responder of `E`. `app!` implements it for every request that a `#[reply]` answers.
#[diagnostic::on_unimplemented(
    message = "no plugin answers `{E}`",
    label = "nobody would reply to this request",
    note = "write a handler with `#[reply(…)]` in a plugin; exactly one"
)]
pub trait Answers<E: Request>: 'static {
    /// Asks the responder.
    fn answer(&'static self, request: &Published<E>) -> impl Future<Output = Result<E::Reply>> + Send;
}
