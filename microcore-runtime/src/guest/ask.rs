//! What generated code calls where an application has the tool `sidecars`.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{GuestTools, Guests, Heard};
use crate::error::{Error, Result};
use crate::event::Published;
use crate::plugin::Slot;
use crate::request::{Body, Head};
use crate::response::Response;
use crate::router::{Methods, no_route};

/// Asks the guests, where there are any: no compiled route has the request.
pub async fn ask_guests<G: Guests>(
    guests: &Slot<G>,
    head: &Head,
    body: Body,
    allowed: Methods,
    response: &mut Response,
) {
    match guests.running() {
        Ok(guests) if guests.has_routes() => guests.answer(head, body, allowed, response).await,
        _ => *response = no_route(head, allowed),
    }
}

/// Tells the guests of an event, where any hears it.
pub fn tell_guests<G: Guests, E: Serialize + Send + Sync + 'static>(
    guests: &Slot<G>,
    event: &'static str,
    published: &Published<E>,
) {
    if let Ok(guests) = guests.hearing()
        && guests.hears(event)
    {
        guests.hear(Heard { event, envelope: published.sent().envelope(), payload: published.payload().into() });
    }
}

/// Gives the guests the application's tools.
pub fn connect_guests<G: Guests>(guests: &Slot<G>, tools: GuestTools) {
    if let Ok(guests) = guests.running() {
        guests.connect(tools);
    }
}

/// The event that a guest publishes; what is wrong with it is the guest's mistake.
pub fn event_of_guest<E: DeserializeOwned>(event: &str, json: &[u8]) -> Result<E> {
    serde_json::from_slice(json)
        .map_err(|error| Error::unprocessable(format!("the fields are not those of `{event}`: {error}")))
}

/// There is no event of this name.
pub fn no_guest_event(event: &str) -> Error {
    Error::unprocessable(format!("the application has no event `{event}`"))
}
