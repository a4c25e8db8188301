use crate::prelude::*;

#[event("thing.returned")]
pub struct Returned {
    pub r#fn: i64,
}
