use crate::prelude::*;

use crate::domains::users::plugins::target::Target;

#[derive(Clone)]
pub struct Holder;

#[tool]
impl Holder {
    async fn setup() -> Result<Self> {
        Ok(Self)
    }
}
