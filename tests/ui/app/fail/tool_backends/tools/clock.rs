use microcore::prelude::*;

#[derive(Clone)]
pub struct Clock;

#[tool]
impl Clock {
    pub async fn setup() -> Result<Self> {
        Ok(Self)
    }
}
