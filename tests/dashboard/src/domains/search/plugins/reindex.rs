//! POST /search/reindex begins anew.
use crate::prelude::*;

pub struct Reindex {
    index: Index,
}

/// Builds the search index anew.
#[plugin]
impl Reindex {
    pub fn new(index: Index) -> Self {
        Self { index }
    }

    /// Forgets everything, and begins anew.
    #[post("/search/reindex", status = 204)]
    async fn execute(&self) -> Result<()> {
        self.index.clear();
        Ok(())
    }
}
