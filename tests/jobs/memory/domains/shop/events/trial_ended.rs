//! Happens at a time that the application says.
use crate::prelude::*;

#[event("trial.ended")]
#[derive(Debug, Clone)]
pub struct TrialEnded {
    pub tenant: i64,
}
