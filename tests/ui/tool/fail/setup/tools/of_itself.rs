use microcore::prelude::*;

#[derive(Clone)]
pub struct Mine;

#[tool]
impl Mine {
    pub async fn setup(&self) -> Result<Self> {
        Ok(Self)
    }
}
