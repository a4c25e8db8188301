use crate::prelude::*;

#[event("user.a")]
pub struct A {
    pub count: std::rc::Rc<i64>,
}
