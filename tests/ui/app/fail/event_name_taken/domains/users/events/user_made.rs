use crate::prelude::*;

#[event("user.created")]
pub struct UserMade {
    pub id: i64,
}
