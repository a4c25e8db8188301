//! Forms, files, bytes and pages that are elsewhere.
use crate::prelude::*;

#[derive(Deserialize, Serialize, Schema, Validate)]
pub struct SignUp {
    #[validate(email)]
    pub email: String,
    #[validate(range(min = 18, max = 130))]
    pub age: Option<u8>,
}

#[derive(Serialize, Schema)]
pub struct Received {
    pub name: String,
    pub bytes: u64,
}

#[plugin]
pub struct Forms {}

#[plugin]
impl Forms {
    #[post("/forms")]
    async fn form(&self, form: SignUp) -> SignUp {
        form
    }

    #[post("/forms/files")]
    async fn files(&self, mut files: Files) -> Result<Vec<Received>> {
        let mut received = Vec::new();
        while let Some(mut part) = files.next().await? {
            let name = part.name().to_owned();
            let mut bytes = 0;
            while let Some(chunk) = part.chunk().await? {
                bytes += chunk.len() as u64;
            }
            received.push(Received { name, bytes });
        }
        Ok(received)
    }

    #[get("/forms/moved")]
    async fn moved(&self) -> Redirect {
        Redirect::temporary("/shop/items")
    }

    #[get("/forms/table", media = "text/csv")]
    async fn table(&self) -> Media {
        Media::new("text/csv", "a,b\n")
    }

    #[get("/forms/stream", media = "text/plain")]
    async fn stream(&self) -> Streamed {
        let parts = ["one ", "two"].map(Ok::<_, std::io::Error>);
        Streamed::new("text/plain", futures_util::stream::iter(parts))
    }

    #[delete("/gone/{id}")]
    async fn gone(&self, id: u64) -> Result<NoContent> {
        if id > 9 { Err(Error::not_found("form")) } else { Ok(NoContent) }
    }

    #[post("/forms/accepted", status = 202)]
    async fn accepted(&self) -> With<Received> {
        With::new(Received { name: "later".into(), bytes: 0 }).header("cache-control", "no-store")
    }
}
