//! Of which the fleet does a hundred a second.
use crate::prelude::*;

#[event("call.made", job)]
#[derive(Debug, Clone, Default)]
pub struct CallMade {
    pub number: i64,
}
