use microcore::prelude::*;

#[derive(Clone)]
pub struct Geo;

#[tool(note = "TOOL.md")]
impl Geo {
    pub async fn setup() -> Result<Self> {
        Ok(Self)
    }

    pub async fn fake(settings: ()) -> Result<Self> {
        Ok(Self)
    }
}
