use crate::prelude::*;

#[plugin]
pub struct Feature {
    logger: Logger,
}

#[plugin]
impl Feature {
    #[get("users")]
    async fn relative(&self) {}

    #[get("/users?all")]
    async fn query(&self) {}

    #[get("/users\nall")]
    async fn control(&self) {}

    #[get("/{*rest}/all")]
    async fn in_front(&self) {}

    #[get("/{id}/{id}")]
    async fn twice(&self) {}

    #[get("/user-{id}")]
    async fn half(&self) {}

    #[get("/users/:id")]
    async fn colon(&self, id: i64) {}

    #[get("/users/<id>")]
    async fn angle(&self, id: i64) {}
}
