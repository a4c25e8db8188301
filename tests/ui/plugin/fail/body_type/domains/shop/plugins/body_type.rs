use crate::prelude::*;

#[plugin]
pub struct BodyType {}

#[plugin]
impl BodyType {
    #[post("/bytes")]
    async fn bytes(&self, body: Vec<u8>) {}

    #[post("/shared")]
    async fn shared(&self, body: Bytes) {}

    #[post("/text")]
    async fn text(&self, body: String) {}

    #[post("/raw")]
    async fn raw(&self, raw: Vec<u8>) {}

    #[post("/words")]
    async fn words(&self, text: Vec<String>) {}

    #[post("/both")]
    async fn both(&self, raw: Bytes, body: Vec<u16>) {}

    #[get("/search")]
    async fn search(&self, text: String) {}
}
