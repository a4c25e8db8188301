use crate::prelude::*;

#[plugin]
pub fn pay() {}
