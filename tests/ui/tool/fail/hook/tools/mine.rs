use microcore::prelude::*;

#[derive(Clone)]
pub struct Mine;

#[tool]
impl Mine {
    pub async fn setup() -> Result<Self> {
        Ok(Self)
    }

    pub async fn shutdown(&self) -> i64 {
        1
    }
}
