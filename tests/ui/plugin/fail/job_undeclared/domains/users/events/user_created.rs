use crate::prelude::*;

#[event("user.created")]
pub struct UserCreated {
    pub id: i64,
}
