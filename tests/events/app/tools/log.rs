//! What happened in which order, and what the test wants to happen. Each test has a page of its own, chosen with `PAGE`.
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Instant;

use microcore::prelude::*;

static PAGES: LazyLock<Mutex<HashMap<String, Arc<Page>>>> = LazyLock::new(Mutex::default);

#[derive(Default)]
pub struct Page {
    lines: Mutex<Vec<(String, String, Instant)>>,
    pub poisonous: Mutex<bool>,
    pub dark: Mutex<bool>,
    /// Handlers that run now, by name; the names that ever ran twice at once.
    running: Mutex<(Vec<String>, Vec<String>)>,
    bus: Mutex<Option<crate::prelude::Bus>>,
}

#[derive(Debug, Settings)]
pub struct LogSettings {
    /// The page of this test.
    #[setting(key = "PAGE", default = "nobody")]
    page: String,
}

#[derive(Clone)]
pub struct Log(Arc<Page>);

#[tool]
impl Log {
    pub async fn setup(settings: LogSettings) -> Result<Self> {
        Ok(Self(page(&settings.page)))
    }

    /// Adds a line.
    pub fn add(&self, what: &str, about: &str) {
        self.0.lines.lock().unwrap().push((what.to_owned(), about.to_owned(), Instant::now()));
    }

    /// A handler begins.
    pub fn begins(&self, name: &str) {
        self.add("begin", name);
        let mut running = self.0.running.lock().unwrap();
        // Names of one key begin with it: `a/1`.
        let key = name.split('/').next().unwrap_or_default().to_owned();
        if running.0.contains(&key) {
            running.1.push(key.clone());
        }
        running.0.push(key);
    }

    /// A handler ends.
    pub fn ends(&self, name: &str) {
        let mut running = self.0.running.lock().unwrap();
        let key = name.split('/').next().unwrap_or_default();
        let index = running.0.iter().position(|other| other == key).expect("it began");
        running.0.remove(index);
        drop(running);
        self.add("end", name);
    }

    pub fn is_poisonous(&self) -> bool {
        *self.0.poisonous.lock().unwrap()
    }

    pub fn is_dark(&self) -> bool {
        *self.0.dark.lock().unwrap()
    }

    pub fn lend(&self, bus: crate::prelude::Bus) {
        *self.0.bus.lock().unwrap() = Some(bus);
    }
}

/// The page of this name.
pub fn page(name: &str) -> Arc<Page> {
    Arc::clone(PAGES.lock().unwrap().entry(name.to_owned()).or_default())
}

impl Page {
    pub fn bus(&self) -> crate::prelude::Bus {
        self.bus.lock().unwrap().clone().expect("the application is booted")
    }

    /// What was noted under a word, in order.
    pub fn all(&self, what: &str) -> Vec<String> {
        self.lines.lock().unwrap().iter().filter(|line| line.0 == what).map(|line| line.1.clone()).collect()
    }

    /// When.
    pub fn times(&self, what: &str) -> Vec<Instant> {
        self.lines.lock().unwrap().iter().filter(|line| line.0 == what).map(|line| line.2).collect()
    }

    /// Keys whose handlers ever ran twice at once.
    pub fn overlaps(&self) -> Vec<String> {
        self.running.lock().unwrap().1.clone()
    }
}
