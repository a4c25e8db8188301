//! GET /words tells how many words were noted.
use std::sync::atomic::{AtomicI64, Ordering};

use crate::prelude::*;

pub struct CountWords {
    words: AtomicI64,
}

#[plugin]
impl CountWords {
    pub fn new() -> Self {
        Self { words: AtomicI64::new(0) }
    }

    #[on(NoteTaken, idempotent)]
    async fn count(&self, event: &NoteTaken) -> Result<()> {
        self.words.fetch_add(event.words, Ordering::Relaxed);
        Ok(())
    }

    #[get("/words")]
    async fn words(&self) -> i64 {
        self.words.load(Ordering::Relaxed)
    }
}
