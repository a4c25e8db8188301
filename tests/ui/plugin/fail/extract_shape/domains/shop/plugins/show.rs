use crate::prelude::*;

#[plugin]
pub struct Show {}

#[plugin]
impl Show {
    #[get("/shop")]
    async fn show(&self, #[extract] headers: Headers) {}
}
