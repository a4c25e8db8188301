//! `on_boot` and `on_shutdown` of all plugins, side by side; a failure or a panic turns off that plugin and no other.

use std::collections::BTreeSet;
use std::future::Future;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::timeout;

use super::stop::Stop;
use crate::error::Result;
use crate::plugin::{Down, Identity, Slot};

/// A boot that waits for a hook says so this often.
const SAYS_SO: Duration = Duration::from_secs(30);

/// Runs one hook of many plugins.
#[derive(Debug)]
pub struct Hooks {
    hook: &'static str,
    running: JoinSet<&'static str>,
    plugins: BTreeSet<&'static str>,
}

impl Hooks {
    /// For the hook of this name.
    pub fn new(hook: &'static str) -> Self {
        Self { hook, running: JoinSet::new(), plugins: BTreeSet::new() }
    }

    /// Starts `on_boot` of a plugin that was just built.
    pub fn on_boot<P, F, Run>(&mut self, identity: &'static Identity, slot: &'static Slot<P>, run: F)
    where
        P: Send + Sync + 'static,
        F: FnOnce(&'static P) -> Run,
        Run: Future<Output = Result<()>> + Send + 'static,
    {
        if let Some(plugin) = slot.booting() {
            self.run(identity, slot, run(plugin));
        }
    }

    /// Starts `on_shutdown` of a plugin that was built, running or not.
    pub fn on_shutdown<P, F, Run>(&mut self, identity: &'static Identity, slot: &'static Slot<P>, run: F)
    where
        P: Send + Sync + 'static,
        F: FnOnce(&'static P) -> Run,
        Run: Future<Output = Result<()>> + Send + 'static,
    {
        if let Some(plugin) = slot.built() {
            self.run(identity, slot, run(plugin));
        }
    }

    fn run<P: Send + Sync + 'static>(
        &mut self,
        identity: &'static Identity,
        slot: &'static Slot<P>,
        run: impl Future<Output = Result<()>> + Send + 'static,
    ) {
        let (hook, run) = (self.hook, tokio::spawn(run));
        self.plugins.insert(identity.name);
        self.running.spawn(async move {
            let reason = match run.await {
                Ok(Ok(())) => return identity.name,
                Ok(Err(error)) => error.to_string(),
                Err(error) => format!("{error}"),
            };
            tracing::error!(plugin = identity.name, reason, "{hook} failed");
            slot.turn_off(Down {
                what: format!("plugin {}", identity.name),
                reason: format!("{hook} failed: {reason}"),
            });
            identity.name
        });
    }

    /// Waits for all of them. Nothing is cut: a boot may fill a cache. One that takes long is named in the log.
    pub async fn booted(mut self) {
        while !self.running.is_empty() {
            match timeout(SAYS_SO, self.running.join_next()).await {
                Ok(ended) => self.ended(ended),
                Err(_) => tracing::warn!(plugins = self.names(), "the boot still waits for {}", self.hook),
            }
        }
    }

    /// Waits for all of them, as long as the stop lets them. Those that do not end are named, and run on until the
    /// process ends.
    pub async fn shut_down(mut self, stop: &Stop) {
        if self.running.is_empty() {
            return;
        }
        let limit = stop.plugins();
        let _ = timeout(limit, async {
            while !self.running.is_empty() {
                stop.works_on(format!("{} of {}", self.hook, self.names()));
                let ended = self.running.join_next().await;
                self.ended(ended);
            }
        })
        .await;
        if !self.running.is_empty() {
            tracing::error!(plugins = self.names(), "{} did not end within {limit:?}", self.hook);
            // What is cut halfway may have written half; what runs on has until the process ends.
            self.running.detach_all();
        }
    }

    fn ended(&mut self, ended: Option<std::result::Result<&'static str, tokio::task::JoinError>>) {
        if let Some(Ok(name)) = ended {
            self.plugins.remove(name);
        }
    }

    fn names(&self) -> String {
        self.plugins.iter().copied().collect::<Vec<_>>().join(", ")
    }
}
