use crate::prelude::*;

#[event]
pub struct F {
    pub id: i64,
}
