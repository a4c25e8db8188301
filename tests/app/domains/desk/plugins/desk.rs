//! Handlers that ask for what the application makes of a request.
use crate::domains::desk::models::guest::{Fragile, Guest, Maybe};
use crate::prelude::*;

#[derive(Deserialize, Schema, Validate)]
pub struct Wish {
    #[validate(length(min = 1))]
    pub text: String,
}

#[plugin]
pub struct Desk {}

#[plugin]
impl Desk {
    #[get("/desk/{room}")]
    async fn show(&self, room: u8, #[extract] guest: Guest) -> String {
        format!("{} in {room}, {}", guest.name, guest.speaks)
    }

    #[post("/desk/{room}/wishes")]
    async fn wish(&self, #[extract] guest: Guest, room: u8, body: Wish) -> String {
        format!("{} in {room} wants {}", guest.name, body.text)
    }

    #[get("/desk/maybe")]
    async fn maybe(&self, #[extract] who: Maybe) -> Option<String> {
        who.0
    }

    #[get("/desk/fragile")]
    async fn fragile(&self, #[extract] _thing: Fragile) {}

    #[sse("/desk/bell")]
    async fn bell(&self, #[extract] guest: Guest, events: EventStream<String>) -> Result<()> {
        events.send(guest.name).await
    }
}
