use microcore::prelude::*;

#[derive(Clone)]
pub struct MyBoot;

#[tool]
impl MyBoot {
    pub async fn setup() -> Result<Self> {
        Ok(Self)
    }
}
