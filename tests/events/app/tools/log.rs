//! What happened in which order, and what the test wants to happen. Each test has a page of its own, chosen with `PAGE`.
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Instant;

use microcore::prelude::*;
use tokio::sync::Semaphore;

static PAGES: LazyLock<Mutex<HashMap<String, Arc<Page>>>> = LazyLock::new(Mutex::default);

#[derive(Default)]
pub struct Page {
    lines: Mutex<Vec<(String, String, Instant)>>,
    pub poisonous: Mutex<bool>,
    pub dark: Mutex<bool>,
    /// Handlers that run now, by name; the names that ever ran twice at once.
    running: Mutex<(Vec<String>, Vec<String>)>,
    bus: Mutex<Option<crate::prelude::Bus>>,
    db: Mutex<Option<crate::prelude::Db>>,
    /// Where this process is to be killed, and how often it passes there before.
    kill: Mutex<Option<(String, u32)>>,
    /// Where handled events are noted for other processes to read.
    pub file: Mutex<Option<std::path::PathBuf>>,
    /// What lets waiting handlers end.
    rope: Rope,
}

/// One permit per handler; none at first.
pub struct Rope(Semaphore);

impl Default for Rope {
    fn default() -> Self {
        Self(Semaphore::const_new(0))
    }
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

    /// A place where the test may want the process to die.
    pub fn passes(&self, place: &str) {
        self.0.passes(place);
    }

    /// Waits until the test lets it go: one handler per permit.
    pub async fn is_let_go(&self) {
        self.0.rope.0.acquire().await.expect("nobody closes it").forget();
    }

    pub fn lend_db(&self, db: crate::prelude::Db) {
        *self.0.db.lock().unwrap() = Some(db);
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

    pub fn db(&self) -> crate::prelude::Db {
        self.db.lock().unwrap().clone().expect("the application is booted")
    }

    /// Lets so many waiting handlers end, now or when they come.
    pub fn let_go(&self, handlers: usize) {
        self.rope.0.add_permits(handlers);
    }

    /// Kill this process the n-th time that it passes there.
    pub fn kill_at(&self, place: &str, times: u32) {
        *self.kill.lock().unwrap() = Some((place.to_owned(), times));
    }

    pub fn passes(&self, place: &str) {
        let mut kill = self.kill.lock().unwrap();
        if let Some((at, times)) = &mut *kill
            && at == place
        {
            *times -= 1;
            if *times == 0 {
                // SIGKILL: nothing is flushed, nothing is closed, no destructor runs.
                let pid = std::process::id().to_string();
                let _ = std::process::Command::new("kill").args(["-9", &pid]).status();
                loop {
                    std::thread::park();
                }
            }
        }
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
