//! The search server, which is never there.
use microcore::prelude::*;

#[derive(Clone)]
pub struct Index;

/// The search server.
#[tool]
impl Index {
    pub async fn setup() -> Result<Self> {
        Err(Error::unavailable("no such host: search.internal"))
    }
    /// Forgets everything.
    pub fn clear(&self) {}
}
