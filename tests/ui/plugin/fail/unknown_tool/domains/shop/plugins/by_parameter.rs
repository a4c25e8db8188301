use crate::prelude::*;

pub struct ByParameter {
    pub cache: State,
}

#[plugin]
impl ByParameter {
    pub fn new(cache: State) -> Self {
        Self { cache }
    }
}
