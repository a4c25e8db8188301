use crate::prelude::*;

#[event("user.a")]
pub struct A(pub i64);
