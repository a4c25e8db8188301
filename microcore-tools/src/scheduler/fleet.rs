//! What one process has to do with the others: it wakes them and is woken, and sees what none of them does.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use microcore_runtime::error::Result;
use microcore_runtime::jobs::{JobStore, Scheduled};

use super::engine::Engine;
use super::said::is_unserved;

impl<A: Scheduled, S: JobStore> Engine<A, S> {
    /// Is woken by the others from now on, where the store can.
    pub(super) fn hear_others(self: &Arc<Self>) {
        let engine = Arc::downgrade(self);
        let wakes = move || {
            if let Some(engine) = engine.upgrade() {
                engine.woken.notify_one();
            }
        };
        let _ = self.ringer.set(self.store.hear(Arc::new(wakes)));
    }

    /// There is something to do, for this process and the others: it is committed already.
    pub(super) fn wake_all(&self) {
        self.woken.notify_one();
        if let Some(Some(ringer)) = self.ringer.get() {
            ringer();
        }
    }

    /// A schedule whose plugin is off in this process, and whose tick is long due: no other process fires it either.
    pub(super) async fn find_unserved(&self) -> Result<Option<String>> {
        let running = self.names();
        let off: Vec<&str> = self.names.iter().copied().filter(|name| !running.contains(name)).collect();
        if !self.is_declared.load(Ordering::Acquire) || off.is_empty() {
            return Ok(None);
        }
        let now = if self.clock.is_test() { self.clock.now() } else { self.store.clock().await? };
        let standing = self.store.standing().await?;
        let found = standing.into_iter().find(|one| off.contains(&one.name.as_str()) && is_unserved(one, now));
        Ok(found.map(|one| one.name))
    }
}
