use crate::prelude::*;

#[event("user.nothing")]
pub struct Nothing;
