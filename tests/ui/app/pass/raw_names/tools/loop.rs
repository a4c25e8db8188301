use microcore::prelude::*;

#[derive(Clone)]
pub struct Turns;

#[tool]
impl Turns {
    pub async fn setup() -> Result<Self> {
        Ok(Self)
    }

    pub fn turns(&self) -> u64 {
        1
    }
}
