use crate::prelude::*;

pub struct OfATrait;

#[plugin]
impl Clone for OfATrait {
    fn clone(&self) -> Self {
        Self
    }
}
