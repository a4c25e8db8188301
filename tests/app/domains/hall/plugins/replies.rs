//! One route per kind of reply.
use crate::prelude::*;

#[derive(Serialize, Schema)]
pub struct Made {
    pub id: i64,
}

#[plugin]
pub struct Replies {}

#[plugin]
impl Replies {
    #[post("/replies/accepted", status = 202)]
    async fn accepted(&self) -> Result<Made> {
        Ok(Made { id: 1 })
    }

    #[post("/replies/created")]
    async fn created(&self) -> Result<Created<Made>> {
        Ok(Created::at("/replies/1", Made { id: 1 }))
    }

    #[delete("/replies/gone")]
    async fn gone(&self) -> NoContent {
        NoContent
    }

    #[get("/replies/moved")]
    async fn moved(&self) -> Redirect {
        Redirect::permanent("/replies/elsewhere")
    }

    #[get("/replies/media", media = "text/csv; charset=utf-8")]
    async fn media(&self) -> Result<Media> {
        Ok(Media::new("text/csv; charset=utf-8", "a,b\n"))
    }

    /// Two words. They come one after the other.
    #[deprecated = "a test of the document"]
    #[get("/replies/stream")]
    async fn stream(&self, broken: Option<bool>) -> Streamed {
        let mut chunks = vec![Ok("one "), Ok("two")];
        if broken == Some(true) {
            chunks.push(Err(Error::internal("the source ran dry")));
        }
        let chunks = chunks.into_iter().map(|chunk| chunk.map_err(|error| error.to_string()));
        Streamed::new("text/plain", futures_util::stream::iter(chunks))
    }

    #[get("/replies/file/{name}")]
    async fn file(&self, name: String, headers: &Headers) -> Result<SendFile> {
        let path = std::env::temp_dir().join(format!("microcore-replies-{}-{name}", std::process::id()));
        SendFile::open(path, headers).await
    }

    #[post("/replies/cookie")]
    async fn cookie(&self) -> Result<With<Made>> {
        let cookie = Cookie::build(("session", "a b")).max_age(std::time::Duration::from_secs(3600)).build();
        Ok(With::new(Made { id: 1 }).cookie(cookie).header("cache-control", "no-store").status(203))
    }
}

