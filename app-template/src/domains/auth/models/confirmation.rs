//! How an account is confirmed.
use std::time::Duration;

use crate::prelude::*;

/// How long an account waits for it, and its link is good.
pub const PATIENCE: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// What the link says. It is no token to sign in with: it names no `sub`.
#[derive(Serialize, Deserialize)]
pub struct Confirms {
    pub confirms: String,
}

#[derive(Deserialize, Schema, Validate)]
pub struct Confirmation {
    pub token: String,
}
