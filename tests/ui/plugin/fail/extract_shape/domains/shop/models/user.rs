use crate::prelude::*;

#[derive(Deserialize, Schema, Validate)]
pub struct Form {}

pub struct ByBody;

#[extract]
impl ByBody {
    async fn extract(body: Form) -> Result<Self> {
        Ok(Self)
    }
}

pub struct Plain;

#[extract]
impl Plain {
    fn extract() -> Result<Self> {
        Ok(Self)
    }
}

pub struct Nameless;

#[extract]
impl Nameless {
    async fn make() -> Result<Self> {
        Ok(Self)
    }
}
