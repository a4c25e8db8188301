use crate::prelude::*;

pub struct ByParameter {
    pub bus: i64,
}

#[plugin]
impl ByParameter {
    pub fn new(bus: i64) -> Self {
        Self { bus }
    }
}
