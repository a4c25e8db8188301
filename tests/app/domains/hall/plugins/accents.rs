//! Paths in words that a request has to encode.
use crate::prelude::*;

#[plugin]
pub struct Accents {}

#[plugin]
impl Accents {
    #[get("/café")]
    async fn literal(&self) -> String {
        "literal".to_owned()
    }

    #[put("/café/{name}/größe")]
    async fn around(&self, name: String) -> String {
        name
    }

    #[get("/{drink}/café")]
    async fn behind(&self, drink: String) -> String {
        drink
    }

    #[sse("/café/neuigkeiten/früh")]
    async fn events(&self, events: EventStream<String>) -> Result<()> {
        events.send("événement".to_owned()).await?;
        Ok(())
    }

    #[ws("/gespräch/{name}/größe")]
    async fn talk(&self, name: String, socket: Socket<(), String>) -> Result<()> {
        socket.send(name).await
    }

    #[mount("/straße")]
    const FILES: Folder = Folder::at("tests/app/site/public").endings(&["css"]);
}
