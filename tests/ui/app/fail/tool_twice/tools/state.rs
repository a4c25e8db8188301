use microcore::prelude::*;

#[derive(Clone)]
pub struct MyState;

#[tool]
impl MyState {
    pub async fn setup() -> Result<Self> {
        Ok(Self)
    }
}
