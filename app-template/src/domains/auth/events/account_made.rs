//! Somebody has signed up, and is asked to confirm it.
use crate::prelude::*;

/// An account was made.
#[event("account.made", job)]
pub struct AccountMade {
    pub email: String,
}
