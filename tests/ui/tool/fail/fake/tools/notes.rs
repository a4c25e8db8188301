use microcore::prelude::*;

#[derive(Clone)]
pub struct Notes;

#[tool(notes = "NOWHERE.md")]
impl Notes {
    pub async fn setup() -> Result<Self> {
        Ok(Self)
    }
}
