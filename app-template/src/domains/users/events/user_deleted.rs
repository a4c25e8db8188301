//! Somebody is gone.
use crate::prelude::*;

/// A user was deleted.
#[event("user.deleted")]
pub struct UserDeleted {
    pub id: i64,
}
