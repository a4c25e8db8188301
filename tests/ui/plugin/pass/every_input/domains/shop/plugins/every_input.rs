use crate::prelude::*;

#[derive(Serialize, Deserialize, Schema)]
pub struct Page {
    pub size: u32,
}

#[plugin]
pub struct Feature {
    logger: Logger,
}

#[plugin]
impl Feature {
    #[get("/all/{id}")]
    #[delete("/all/{id}")]
    async fn all(&self, id: i64, flag: Option<bool>, tags: Vec<String>, headers: &microcore::request::Headers, ctx: &Context) -> Result<NoContent> {
        let _ = (id, flag, tags, headers.len(), ctx);
        Ok(NoContent)
    }

    #[put("/blocking")]
    fn blocking(&self, query: Page, body: Page) -> Page {
        Page { size: query.size + body.size }
    }

    #[on(UserCreated, retries = 3, backoff = "2s")]
    async fn hear(&self, event: &UserCreated) {
        self.logger.info(&event.id.to_string());
    }

    #[on(UserCreated, inline)]
    fn hear_at_once(&self, event: &UserCreated) -> Result<()> {
        let _ = event;
        Ok(())
    }

    #[reply(CheckEmail)]
    fn answer(&self, event: &CheckEmail) -> Result<bool> {
        Ok(event.email.is_empty())
    }

    async fn on_boot(&self) {}

    async fn on_shutdown(&self) -> Result<()> {
        Ok(())
    }
}
