use crate::prelude::*;

#[queries]
pub struct Wrong;

#[queries(all)]
pub fn arguments() {}
