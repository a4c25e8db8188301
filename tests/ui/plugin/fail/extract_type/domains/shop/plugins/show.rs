use crate::domains::shop::models::user::{Nobody, User};
use crate::prelude::*;

#[plugin]
pub struct Show {}

#[plugin]
impl Show {
    #[get("/shop")]
    async fn show(&self, #[extract] user: User) {}

    #[get("/shop/nobody")]
    async fn nobody(&self, #[extract] user: Nobody) {}
}
