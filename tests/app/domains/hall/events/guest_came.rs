//! Somebody comes, and may stay for ever.
use crate::prelude::*;

#[event("guest.came")]
pub struct GuestCame {
    pub stays: bool,
}
