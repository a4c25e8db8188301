use crate::prelude::*;

pub struct Arguments;

#[plugin(name = "shop")]
impl Arguments {
    pub fn new() -> Self {
        Self
    }
}
