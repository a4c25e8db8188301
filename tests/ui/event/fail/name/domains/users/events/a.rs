use crate::prelude::*;

#[event("User Created")]
pub struct A {
    pub id: i64,
}
