//! What a test gets in place of any backend: an empty memory.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// The memory of one test. Its clock is tokio's, which a test may pause.
#[derive(Default)]
pub(super) struct Fake(Mutex<HashMap<String, (String, Instant)>>);

impl Fake {
    pub(super) fn get(&self, key: &str) -> Option<String> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(key).filter(|(_, ends)| Instant::now() < *ends).map(|(text, _)| text.clone())
    }

    pub(super) fn set(&self, key: &str, text: String, ttl: Duration) {
        // A time past the end of the clock is never over in a test.
        let ends = Instant::now() + ttl.min(Duration::from_secs(86_400 * 365));
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key.to_owned(), (text, ends));
    }

    pub(super) fn forget(&self, key: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
    }
}
