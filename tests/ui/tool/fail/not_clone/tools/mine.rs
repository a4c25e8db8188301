use microcore::prelude::*;

pub struct Mine;

#[tool]
impl Mine {
    pub async fn setup() -> Result<Self> {
        Ok(Self)
    }
}
