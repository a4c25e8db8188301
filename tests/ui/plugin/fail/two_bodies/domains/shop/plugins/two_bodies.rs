use crate::prelude::*;

#[derive(Deserialize, Schema)]
pub struct Photo {
    pub title: String,
}

#[plugin]
pub struct Feature {
    logger: Logger,
}

#[plugin]
impl Feature {
    #[post("/photos")]
    async fn add(&self, form: Photo, files: Files) {}
}
