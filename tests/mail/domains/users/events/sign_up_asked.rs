//! Somebody wants an account.
use crate::prelude::*;

/// Nobody knows yet whether the address is theirs.
#[event("user.sign_up_asked")]
pub struct SignUpAsked {
    pub email: String,
}
