use crate::prelude::*;

#[event("nobody.cares", job)]
pub struct Lonely {
    pub id: i64,
}
