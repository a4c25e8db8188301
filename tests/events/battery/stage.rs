//! What the cases share: an application of their own, its page, and waiting on conditions.

use std::sync::Arc;
use std::time::{Duration, Instant};

use microcore::testing::{Running, boot};

use crate::App;
use crate::mount;
use crate::prelude::Bus;
use crate::tools::log::{Page, page};

/// Longer than anything here takes; a case that waits so long has failed.
const PATIENCE: Duration = Duration::from_secs(20);

/// One booted application on the transport under test.
pub struct Stage {
    pub app: Running<App>,
    pub page: Arc<Page>,
    pub bus: Bus,
}

impl Stage {
    /// `None` where the transport's server is not installed; the reason is printed.
    pub async fn boot(name: &str) -> Option<Self> {
        Self::boot_with(name, &[]).await
    }

    pub async fn boot_with(name: &str, settings: &[(&str, &str)]) -> Option<Self> {
        let mut circumstances = boot::<App>();
        let mut environment = circumstances.environment.with("PAGE", name).with("BUS_PAUSE_AFTER", "0");
        let store = mount::settings(name).await?;
        // A test's database is its own, unless the test, or the transport, names one.
        let mut named = store.iter().map(|(key, _)| key.as_str()).chain(settings.iter().map(|(key, _)| *key));
        circumstances.test = !named.any(|key| key == "DB_PATH");
        for (key, value) in store {
            environment = environment.with(key, value);
        }
        for (key, value) in settings {
            environment = environment.with(*key, *value);
        }
        circumstances.environment = environment;
        let app = Running::boot(&circumstances).await.expect("the application boots");
        let page = page(name);
        Some(Self { app, bus: page.bus(), page })
    }

    /// Waits until so many lines are noted under a word, and gives them.
    #[track_caller]
    pub fn lines(&self, what: &str, count: usize) -> impl Future<Output = Vec<String>> {
        let (page, what) = (Arc::clone(&self.page), what.to_owned());
        async move {
            until(&format!("{count} × {what}"), || page.all(&what).len() >= count).await;
            page.all(&what)
        }
    }

    pub async fn stop(self) {
        let stopped = tokio::time::timeout(PATIENCE, self.app.stop()).await;
        assert!(stopped.is_ok(), "waited in vain for the application to stop");
    }
}

/// Waits on a condition.
pub async fn until(what: &str, condition: impl Fn() -> bool) {
    let started = Instant::now();
    while !condition() {
        assert!(started.elapsed() < PATIENCE, "waited in vain for {what}");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// Waits on a condition that has to be asked for.
pub async fn until_async<F: Future<Output = bool>>(what: &str, condition: impl Fn() -> F) {
    let started = Instant::now();
    while !condition().await {
        assert!(started.elapsed() < PATIENCE, "waited in vain for {what}");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}
