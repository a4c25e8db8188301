use crate::prelude::*;

#[plugin]
pub struct Feature;

#[plugin]
impl Feature {
    #[on(UserCreated, group = "workers")]
    async fn work(&self, _event: &UserCreated) {}
}
