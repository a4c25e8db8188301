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

/// A plugin, built from the application's tools or off.
pub fn build<Tools, P>(
    identity: &'static Identity,
    tools: &Tools,
    build: fn(&Tools, &'static Identity) -> Result<P, Down>,
) -> Slot<P> {
    let off = |reason: String| Down { what: format!("plugin {}", identity.name), reason };
    let plugin = match catch_unwind(AssertUnwindSafe(|| build(tools, identity))) {
        Ok(Ok(plugin)) => Ok(plugin),
        Ok(Err(down)) => Err(off(down.to_string())),
        Err(panic) => Err(off(format!("`new` panicked: {}", panic_text(&*panic)))),
    };
    if let Err(down) = &plugin {
        tracing::error!(plugin = identity.name, reason = %down.reason, "plugin is off");
    }
    Slot::new(plugin)
}

/// The result of a `new` that may fail.
pub fn built<P, E: Into<Error>>(identity: &'static Identity, made: Result<P, E>) -> Result<P, Down> {
    made.map_err(|error| Down { what: format!("`new` of {}", identity.name), reason: error.into().chain() })
}

/// Keeps the application for as long as the process lives: handlers reach it through one plain reference.
pub fn leak<A>(app: A) -> &'static A {
    Box::leak(Box::new(app))
}
