use crate::prelude::*;

#[plugin]
pub struct Feature {
    logger: Logger,
}

#[plugin]
impl Feature {
    #[get("/word", media = "csv")]
    async fn word(&self) -> Media {
        Media::new("text/csv", "")
    }

    #[get("/range", media = "text/*")]
    async fn range(&self) -> Media {
        Media::new("text/csv", "")
    }

    #[sse("/events", media = "text/plain")]
    async fn events(&self, events: EventStream<u32>) -> Result<()> {
        Ok(())
    }
}
