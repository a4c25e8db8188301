use crate::prelude::*;

#[event()]
pub struct B;
