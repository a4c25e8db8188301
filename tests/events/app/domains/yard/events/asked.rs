//! A question.
use crate::prelude::*;

#[event("yard.ask", reply = String)]
pub struct Asked {
    pub name: String,
}
