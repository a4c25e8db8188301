//! One of its kind, of which the last payload counts.
use crate::prelude::*;

#[event("search.indexed", job)]
#[derive(Debug, Clone, Default)]
pub struct SearchIndexed {
    pub tenant: i64,
    pub text: String,
    pub takes: u64,
}
