use crate::prelude::*;

#[event("user.d")]
struct D {
    pub id: i64,
}
