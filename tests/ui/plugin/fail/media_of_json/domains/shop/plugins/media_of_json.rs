use crate::prelude::*;

#[derive(Serialize, Schema)]
pub struct Report {
    pub lines: Vec<String>,
}

#[plugin]
pub struct Feature {
    logger: Logger,
}

#[plugin]
impl Feature {
    #[get("/report", media = "text/csv")]
    async fn report(&self) -> Result<Report> {
        Ok(Report { lines: Vec::new() })
    }

    #[get("/fine", media = "text/csv")]
    async fn fine(&self) -> Result<With<Media>> {
        Ok(With::new(Media::new("text/csv", "a,b\n")))
    }
}
