use crate::prelude::*;

#[derive(Deserialize, Schema)]
pub struct Claims {
    pub sub: String,
}

#[plugin]
pub struct Feature {
    logger: Logger,
}

#[plugin]
impl Feature {
    #[get("/me")]
    async fn me(&self, claims: Claims) {}

    #[get("/admin", roles("admin"))]
    async fn admin(&self) {}
}
