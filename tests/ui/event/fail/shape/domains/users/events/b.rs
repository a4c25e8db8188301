use crate::prelude::*;

#[event("user.b")]
pub struct B<T> {
    pub value: T,
}
