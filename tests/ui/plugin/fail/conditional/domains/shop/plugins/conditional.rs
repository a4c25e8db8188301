use crate::prelude::*;

#[plugin]
pub struct Feature {
    logger: Logger,
    #[cfg(test)]
    db: Db,
}

#[plugin]
impl Feature {
    #[mount("/files")]
    #[cfg(unix)]
    const FILES: Folder = Folder::at("src");

    #[get("/a")]
    #[cfg(unix)]
    async fn handler(&self) {}

    #[get("/b")]
    async fn parameter(&self, #[cfg(windows)] id: i64) {}

    #[cfg_attr(windows, get("/c"), inline)]
    #[get("/d")]
    async fn given(&self) {}

    #[cfg(unix)]
    async fn on_boot(&self) {}
}
