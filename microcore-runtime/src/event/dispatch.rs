//! The traits between the bus and the wiring.

use std::future::Future;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{DeliveryFailed, Published, Subscriber, SubscriberPaused, SubscriberResumed, Undelivered};
use crate::error::Result;
use crate::meter::Tally;

/// Something that happened. `#[event("…")]` implements it.
///
/// An event is data: it can be written as JSON and read again on every transport, whether the one at hand stores
/// events or not.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an event",
    label = "not declared in a file of `src/domains/<domain>/events/`",
    note = "declare it there with `#[event(\"…\")]`: one file, one event"
)]
pub trait Event: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The name on the bus: `user.created`.
    const NAME: &'static str;
}

/// An event that asks: `#[event("…", reply = T)]` implements it.
pub trait Request: Event {
    /// What the one responder gives back.
    type Reply: Send + 'static;
}

/// The application's subscribers of `E`. `app!` implements it for every declared event.
///
/// It does not ask for an [`Event`] itself: what is wrong with the type is said once, where it is declared.
pub trait Dispatch<E>: 'static {
    /// Those that run as tasks.
    const SUBSCRIBERS: &'static [&'static Subscriber];

    /// Calls the inline subscribers, one after the other.
    fn inline(&'static self, published: &Published<E>);

    /// How often the event was published in this process.
    fn published() -> &'static Tally;

    /// Starts one delivery per subscriber that runs as a task.
    fn start(&'static self, published: &Published<E>);
}

/// A request that the application `A` has the one responder of. `app!` implements it where a `#[reply]` answers.
///
/// It is a trait of the request, so that rustc names the request where nobody answers it.
#[diagnostic::on_unimplemented(
    message = "no plugin answers `{Self}`",
    label = "nobody would reply to this request",
    note = "write a handler with `#[reply(…)]` in a plugin; exactly one"
)]
pub trait Answered<A: 'static>: Request {
    /// What the responder gives back.
    type Reply: Send + 'static;

    /// Asks the responder.
    fn answer(
        app: &'static A,
        request: &Published<Self>,
    ) -> impl Future<Output = Result<<Self as Answered<A>>::Reply>> + Send;
}

/// All of the application's subscribers that run as tasks, by number: what stored events need. `app!` implements it.
pub trait Subscribers:
    Dispatch<DeliveryFailed> + Dispatch<SubscriberPaused> + Dispatch<SubscriberResumed> + Send + Sync + Sized + 'static
{
    /// In the order of their numbers.
    const ALL: &'static [&'static Subscriber];

    /// The subscriber that a store knows by these names: a `match`.
    fn named(event: &str, name: &str) -> Option<&'static Subscriber>;

    /// Those of the event of this name, which may be one that only stores know: a `match`.
    fn of(event: &str) -> &'static [&'static Subscriber];

    /// Whether the subscriber's plugin is in service; of a group, whether any is.
    fn is_running(&'static self, number: usize) -> bool;

    /// Reads the stored event and runs the handler once: a `match` over the numbers.
    fn receive(&'static self, number: usize, payload: &[u8]) -> impl Future<Output = Result<(), Undelivered>> + Send;
}
