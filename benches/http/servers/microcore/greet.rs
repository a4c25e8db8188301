//! GET /plaintext and GET /json greet.
use crate::prelude::*;

#[derive(Serialize, Schema)]
pub struct Greeting {
    pub message: &'static str,
}

#[plugin]
pub struct Greet {}

#[plugin]
impl Greet {
    #[get("/plaintext")]
    async fn plaintext(&self) -> Media {
        Media::new("text/plain; charset=utf-8", "Hello, World!")
    }

    #[get("/json")]
    async fn json(&self) -> Greeting {
        Greeting { message: "Hello, World!" }
    }
}
