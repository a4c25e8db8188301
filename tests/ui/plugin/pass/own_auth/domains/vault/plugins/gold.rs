use crate::prelude::*;

#[derive(Deserialize, Schema)]
pub struct Claims {
    sub: String,
}

#[plugin]
pub struct Gold {}

#[plugin]
impl Gold {
    #[get("/gold")]
    async fn gold(&self, claims: Claims) -> String {
        claims.sub
    }
}
