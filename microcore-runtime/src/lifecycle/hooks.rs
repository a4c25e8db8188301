//! `on_boot` and `on_shutdown` of all plugins, side by side; a failure or a panic turns off that plugin and no other.

use std::future::Future;

use tokio::task::JoinSet;

use crate::error::Result;
use crate::plugin::{Down, Identity, Slot};

/// Runs one hook of many plugins.
#[derive(Debug)]
pub struct Hooks {
    hook: &'static str,
    running: JoinSet<()>,
}

impl Hooks {
    /// For the hook of this name.
    pub fn new(hook: &'static str) -> Self {
        Self { hook, running: JoinSet::new() }
    }

    /// Starts the hook of a plugin, where the plugin was built.
    pub fn run<P, F, Run>(&mut self, identity: &'static Identity, slot: &'static Slot<P>, run: F)
    where
        P: Sync + 'static,
        F: FnOnce(&'static P) -> Run,
        Run: Future<Output = Result<()>> + Send + 'static,
    {
        let Some(plugin) = slot.built() else { return };
        let (hook, run) = (self.hook, tokio::spawn(run(plugin)));
        self.running.spawn(async move {
            let reason = match run.await {
                Ok(Ok(())) => return,
                Ok(Err(error)) => error.chain(),
                Err(error) => format!("{error}"),
            };
            tracing::error!(plugin = identity.name, reason, "{hook} failed");
            slot.turn_off(Down {
                what: format!("plugin {}", identity.name),
                reason: format!("{hook} failed: {reason}"),
            });
        });
    }

    /// Waits for all of them.
    pub async fn finish(mut self) {
        while self.running.join_next().await.is_some() {}
    }
}
