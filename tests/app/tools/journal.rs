//! Remembers what happened in which order, under a name that each test chooses with `JOURNAL`.
use std::collections::HashMap;
use std::sync::{LazyLock, Mutex};

use microcore::prelude::*;

static PAGES: LazyLock<Mutex<HashMap<String, Vec<String>>>> = LazyLock::new(Mutex::default);

#[derive(Debug, Settings)]
pub struct JournalSettings {
    /// The page of this test.
    #[setting(key = "JOURNAL", default = "nobody")]
    page: String,
}

#[derive(Clone)]
pub struct Journal {
    page: String,
}

/// What happened.
#[tool]
impl Journal {
    pub async fn setup(settings: JournalSettings) -> Result<Self> {
        let journal = Self { page: settings.page };
        journal.note("journal.setup");
        Ok(journal)
    }

    pub async fn on_boot_complete(&self) {
        self.note("journal.on_boot_complete");
    }

    pub async fn shutdown(&self) {
        self.note("journal.shutdown");
    }

    /// Adds a line.
    pub fn note(&self, line: &str) {
        PAGES.lock().unwrap().entry(self.page.clone()).or_default().push(line.to_owned());
    }
}

/// What a test's application noted.
pub fn page(name: &str) -> Vec<String> {
    PAGES.lock().unwrap().get(name).cloned().unwrap_or_default()
}
