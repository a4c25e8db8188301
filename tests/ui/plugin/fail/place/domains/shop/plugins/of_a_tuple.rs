use crate::prelude::*;

pub trait Named {}

#[plugin]
impl dyn Named {}
