//! What runs and what does not: after the boot, and whenever somebody asks.

use std::time::Duration;

use serde::Serialize;

use super::guard::guarded;
use crate::manifest::Manifest;
use crate::plugin::{Down, Slot};
use crate::tool::Tool;

/// How long one health check may take.
const CHECK_DEADLINE: Duration = Duration::from_secs(5);

/// Collects what could not start.
#[derive(Debug)]
#[non_exhaustive]
pub struct Report<'m> {
    manifest: &'m Manifest,
    down: Vec<Down>,
}

impl<'m> Report<'m> {
    /// Of this application.
    pub fn new(manifest: &'m Manifest) -> Self {
        Self { manifest, down: Vec::new() }
    }

    /// Looks at a tool; one that nobody names is not missed.
    pub fn tool<T>(&mut self, name: &str, slot: &Slot<T>) {
        if self.manifest.needs_tool(name) {
            self.down.extend(slot.running().err().cloned());
        }
    }

    /// Looks at a plugin.
    pub fn plugin<P>(&mut self, slot: &Slot<P>) {
        self.down.extend(slot.running().err().cloned());
    }

    /// Everything that is off.
    pub fn finish(self) -> Vec<Down> {
        self.down
    }
}

/// Whether a tool works now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[non_exhaustive]
pub struct ToolHealth {
    /// The tool's name.
    pub name: &'static str,
    /// Whether it is up and its check passed.
    pub healthy: bool,
    /// Why not; for logs and operators, not for the public.
    #[serde(skip)]
    pub reason: Option<String>,
}

/// Collects the health of all tools in use.
#[derive(Debug)]
#[non_exhaustive]
pub struct HealthReport<'m> {
    manifest: &'m Manifest,
    tools: Vec<ToolHealth>,
}

impl<'m> HealthReport<'m> {
    /// Of this application.
    pub fn new(manifest: &'m Manifest) -> Self {
        Self { manifest, tools: Vec::new() }
    }

    /// Checks a tool, with a deadline; a check that panics has failed. One that nobody names is left out.
    pub async fn check<T: Tool>(&mut self, name: &'static str, slot: &Slot<T>) {
        if !self.manifest.needs_tool(name) {
            return;
        }
        let reason = match slot.running() {
            Err(down) => Some(down.reason.clone()),
            Ok(tool) => guarded(CHECK_DEADLINE, tool.health_check()).await.err(),
        };
        self.tools.push(ToolHealth { name, healthy: reason.is_none(), reason });
    }

    /// The health of every tool in use, in the order of set-up.
    pub fn finish(self) -> Vec<ToolHealth> {
        self.tools
    }
}
