use crate::prelude::*;

#[plugin]
pub struct ByField {
    db: Logger,
}

#[plugin]
impl ByField {
    #[get("/field")]
    async fn show(&self) {
        self.db.info("here");
    }
}
