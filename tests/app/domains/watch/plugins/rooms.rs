//! What is watched.
use crate::prelude::*;

#[plugin]
pub struct Rooms {
    journal: Journal,
}

#[plugin]
impl Rooms {
    #[get("/watch/rooms/{name}", tag = "Rooms")]
    async fn room(&self, name: String) -> String {
        self.journal.note("handler");
        name
    }

    #[post("/watch/desk/{name}")]
    #[delete("/watch/desk/{name}")]
    async fn desk(&self, name: String) -> String {
        name
    }

    #[get("/watch/vault/{name}")]
    async fn vault(&self, name: String) -> String {
        self.journal.note("handler");
        name
    }
}
