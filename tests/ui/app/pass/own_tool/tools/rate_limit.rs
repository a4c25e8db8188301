use microcore::prelude::*;

#[derive(Clone)]
pub struct Limiter;

#[tool]
impl Limiter {
    pub async fn setup() -> Result<Self> {
        Ok(Self)
    }

    pub fn allows(&self) -> bool {
        true
    }
}
