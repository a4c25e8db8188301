use crate::prelude::*;

#[plugin]
pub struct Feature {
    logger: Logger,
}

#[plugin]
impl Feature {
    #[get("/generic")]
    async fn generic<T>(&self) {}

    #[get("/mutable")]
    async fn mutable(&mut self) {}

    #[get("/static")]
    async fn without_self() {}

    #[get("/pattern/{id}")]
    async fn pattern(&self, (id, _): (i64, i64)) {}
}
