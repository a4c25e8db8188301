//! `/system/api/status`: which application and process this is, what of it is off and why, and what may be done here.

use std::fs;

use schemars::JsonSchema;
use serde::Serialize;

use super::{Answering, Asking, Page, told};
use crate::context::Id;
use crate::event::wall_clock;
use crate::system::parts::Parts;
use crate::system::{Inside, Shown};

pub(super) const PAGE: Page = Page::shows("/system/api/status", answer);

/// The process as a whole.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "SystemStatus")]
#[expect(clippy::struct_excessive_bools, reason = "each says of one thing whether it is there")]
pub(in crate::system) struct Status {
    /// The application's package.
    name: &'static str,
    /// Its version.
    version: &'static str,
    /// The version of MicroCore.
    microcore: &'static str,
    /// Whether it was compiled for debugging.
    debug: bool,
    /// What the ids of this process begin with.
    process: String,
    /// Since when it serves: milliseconds since 1970.
    started: u64,
    /// The server's clock: milliseconds since 1970.
    now: u64,
    /// Resident memory in bytes, where the system tells it.
    memory: Option<u64>,
    /// Whether there is a bus.
    bus: bool,
    /// Whether one may act here, and not only look.
    acts: bool,
    /// Whether there is the OpenAPI document.
    openapi: bool,
    /// Whether there is the page that shows it.
    docs: bool,
    /// Whether one came in by a sign-in that one can undo.
    session: bool,
    /// Every tool in use.
    tools: Vec<Part>,
    /// Every plugin.
    plugins: Vec<Part>,
    /// How many schedules there are.
    schedules: usize,
    /// How many streams may still be opened.
    streams: usize,
}

/// A tool or a plugin, and why it is off, if it is.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "SystemPart")]
pub(in crate::system) struct Part {
    name: &'static str,
    off: Option<String>,
}

impl Part {
    /// Its name, where it is off.
    pub(in crate::system) fn name_if_off(self) -> Option<&'static str> {
        self.off.map(|_| self.name)
    }

    pub(super) fn off(self) -> Option<String> {
        self.off
    }
}

fn answer(asking: Asking<'_>) -> Answering<'_> {
    Box::pin(async move { told(&Status::of(asking.shown)) })
}

impl Status {
    pub(super) fn of(shown: &Shown) -> Self {
        let inside = &shown.inside;
        let manifest = inside.manifest();
        let (tools, plugins) = parts(inside);
        Self {
            name: manifest.name,
            version: manifest.version,
            microcore: env!("CARGO_PKG_VERSION"),
            debug: cfg!(debug_assertions),
            process: process(),
            started: shown.started,
            now: wall_clock(),
            memory: memory(),
            bus: inside.has_bus(),
            acts: shown.acts,
            openapi: shown.openapi,
            docs: shown.openapi && cfg!(feature = "docs"),
            session: shown.session,
            tools,
            plugins,
            schedules: manifest.schedules().count(),
            streams: shown.streams.available_permits(),
        }
    }
}

/// Tools and plugins, in the order of the manifest.
pub(in crate::system) fn parts(inside: &Inside) -> (Vec<Part>, Vec<Part>) {
    let (manifest, down) = (inside.manifest(), inside.parts().map(Parts::down).unwrap_or_default());
    let part = |kind: &str, name: &'static str| {
        let what = format!("{kind} {name}");
        Part { name, off: down.iter().find(|down| down.what == what).map(|down| down.reason.clone()) }
    };
    let tools = manifest.tools.iter().filter(|tool| manifest.needs_tool(tool.name));
    let plugins = manifest.plugins.iter().map(|plugin| part("plugin", plugin.identity.name));
    (tools.map(|tool| part("tool", tool.name)).collect(), plugins.collect())
}

/// What all ids of this process begin with: a page that sees another one knows that the process has been started again.
pub(in crate::system) fn process() -> String {
    let id = Id::make().to_string();
    id.split('-').next().unwrap_or_default().to_owned()
}

/// Linux tells it in a file.
pub(in crate::system) fn memory() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? * 1024)
}
