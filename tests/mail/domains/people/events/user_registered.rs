//! Somebody has registered.
use crate::prelude::*;

#[event("user.registered")]
pub struct UserRegistered {
    pub email: String,
}
