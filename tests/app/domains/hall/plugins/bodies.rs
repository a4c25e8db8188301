//! One route per kind of body, and cookies.
use crate::prelude::*;

#[derive(Deserialize, Serialize, Schema, Validate)]
#[serde(deny_unknown_fields)]
pub struct Login {
    #[validate(email)]
    pub email: String,
    #[validate(length(min = 8))]
    pub password: String,
    #[serde(default)]
    pub tag: Vec<String>,
    pub age: Option<u8>,
}

#[derive(Deserialize, Serialize, Schema, Validate)]
pub struct Page {
    #[validate(range(max = 100))]
    pub limit: Option<u32>,
}

#[derive(Serialize, Schema)]
pub struct Received {
    pub name: String,
    pub file: Option<String>,
    pub media_type: Option<String>,
    pub bytes: usize,
}

#[plugin]
pub struct Bodies {}

#[plugin]
impl Bodies {
    #[post("/bodies/form")]
    async fn form(&self, form: Login) -> Login {
        form
    }

    #[post("/bodies/strict")]
    async fn strict(&self, body: Login) -> Login {
        body
    }

    #[post("/bodies/maybe")]
    async fn maybe(&self, body: Option<Login>) -> bool {
        body.is_some()
    }

    #[post("/bodies/form/maybe")]
    async fn maybe_form(&self, form: Option<Login>) -> bool {
        form.is_some()
    }

    #[get("/bodies/query/maybe")]
    async fn maybe_query(&self, query: Option<Page>) -> bool {
        query.is_some()
    }

    #[post("/bodies/files")]
    async fn files(&self, mut files: Files) -> Result<Vec<Received>> {
        let mut received = Vec::new();
        while let Some(mut part) = files.next().await? {
            let (file, media_type) = (part.file_name().map(str::to_owned), part.media_type().map(str::to_owned));
            let name = part.name().to_owned();
            let mut bytes = 0;
            while let Some(chunk) = part.chunk().await? {
                bytes += chunk.len();
            }
            received.push(Received { name, file, media_type, bytes });
        }
        Ok(received)
    }

    #[post("/bodies/text")]
    async fn text(&self, mut files: Files) -> Result<String> {
        let part = files.next().await?.ok_or_else(|| Error::unprocessable("a part is required"))?;
        part.text(8).await
    }

    #[post("/bodies/raw")]
    async fn raw(&self, raw: Bytes, headers: &Headers) -> Media {
        let sent = headers.get("content-type").and_then(|value| value.to_str().ok());
        Media::new(sent.unwrap_or("application/octet-stream").to_owned(), raw)
    }

    #[post("/bodies/plain")]
    async fn plain(&self, text: String, limit: Option<usize>) -> String {
        text.chars().take(limit.unwrap_or(usize::MAX)).collect()
    }

    #[post("/bodies/raw/typed")]
    async fn typed(&self, raw: Bytes) -> Result<Login> {
        from_json!(Login, &raw)
    }

    #[get("/bodies/cookies")]
    async fn cookies(&self, cookies: &Cookies) -> Option<String> {
        cookies.get("session").map(str::to_owned)
    }

    #[get("/bodies/page")]
    async fn page(&self, query: Page) -> Page {
        query
    }

    #[post("/bodies/{id}")]
    async fn one(&self, id: i64, body: Page, limit: Option<u32>) -> (i64, Option<u32>, Option<u32>) {
        (id, body.limit, limit)
    }
}
