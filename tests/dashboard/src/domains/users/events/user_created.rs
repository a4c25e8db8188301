//! Somebody has registered.
use crate::prelude::*;

/// A user was stored.
#[event("user.created")]
pub struct UserCreated {
    pub id: i64,
    pub email: String,
}
