//! Somebody has forgotten a password.
use crate::prelude::*;

/// Nobody knows yet whether the account is theirs, or whether there is one.
#[event("user.reset_asked")]
pub struct ResetAsked {
    pub email: String,
}
