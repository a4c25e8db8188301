use crate::prelude::*;

pub struct Checks;

#[plugin]
impl Checks {
    pub fn new() -> Self {
        Self
    }

    #[reply(OrderCheck)]
    async fn check(&self, event: &OrderCheck) -> Result<bool> {
        Ok(true)
    }
}
