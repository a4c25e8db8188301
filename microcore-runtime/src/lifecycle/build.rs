//! Plugins: each gets the tools that it names, or is off because one of them is.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::error::Error;
use crate::plugin::{Down, Identity, Slot};
use crate::server::panic_text;
use crate::tool::Tool;

impl<T: Tool> Slot<T> {
    /// The handle that one plugin gets of a tool. A method, so that a tool that does not exist is one error: a function
    /// would also complain about the type that was expected of it.
    pub fn bind(&self, plugin: &'static Identity) -> Result<T, Down> {
        self.running().map(|tool| tool.bind(plugin)).map_err(Down::missed)
    }
}

/// Builds a plugin from the application's tools, unless it was built or refused before. One that misses a tool is asked
/// again when a tool has come up; one whose `new` fails is off.
pub fn build<Tools, P>(
    identity: &'static Identity,
    tools: &Tools,
    build: fn(&Tools, &'static Identity) -> Result<P, Down>,
    slot: &Slot<P>,
) {
    if !slot.is_missing() {
        return;
    }
    let off = |reason: String| Down { what: format!("plugin {}", identity.name), reason };
    let (down, waits) = match catch_unwind(AssertUnwindSafe(|| build(tools, identity))) {
        Ok(Ok(plugin)) => return slot.fill(plugin),
        Ok(Err(down)) => (off(down.to_string()), down.is_tool()),
        Err(panic) => (off(format!("`new` panicked: {}", panic_text(&*panic))), false),
    };
    let waited = slot.misses(down.clone());
    if !waits {
        slot.turn_off(down.clone());
    }
    // One that waits on is not news.
    if !(waits && waited) {
        tracing::error!(plugin = identity.name, reason = %down.reason, "plugin is off");
    }
}

/// Lets requests in, where the plugin was built and its `on_boot` did not fail.
pub fn open<P>(identity: &'static Identity, slot: &Slot<P>) {
    if slot.open() && slot.was_missing() {
        tracing::info!(plugin = identity.name, "plugin is up: what it missed is there");
    }
}

/// The result of a `new` that may fail.
pub fn built<P, E: Into<Error>>(identity: &'static Identity, made: Result<P, E>) -> Result<P, Down> {
    made.map_err(|error| Down { what: format!("`new` of {}", identity.name), reason: error.into().to_string() })
}

/// Keeps the application for as long as the process lives: handlers reach it through one plain reference.
pub fn leak<A>(app: A) -> &'static A {
    Box::leak(Box::new(app))
}
