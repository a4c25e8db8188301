use microcore::prelude::*;

#[derive(Clone)]
pub struct Mine;

#[tool]
impl Mine {
    pub fn setup() -> Result<Self> {
        Ok(Self)
    }
}
