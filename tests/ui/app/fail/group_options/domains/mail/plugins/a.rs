use crate::prelude::*;

#[plugin]
pub struct Feature;

#[plugin]
impl Feature {
    #[on(UserCreated, group = "workers", retries = 2, backoff = "1s")]
    async fn work(&self, _event: &UserCreated) {}
}
