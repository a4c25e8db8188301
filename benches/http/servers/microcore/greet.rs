//! GET /plaintext and GET /json greet, GET /large says much.
use crate::prelude::*;

static LARGE: [u8; 1 << 20] = [b'x'; 1 << 20];

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

    #[get("/large")]
    async fn large(&self) -> Media {
        Media::new("application/octet-stream", &LARGE[..])
    }

    #[get("/json")]
    async fn json(&self) -> Greeting {
        Greeting { message: "Hello, World!" }
    }
}
