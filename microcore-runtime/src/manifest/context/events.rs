//! The table of events.

use super::{Manifest, heading};
use crate::manifest::event::{emitters, hearers};
use crate::manifest::{EventFacts, PluginFacts};

/// One row per event, by name; nothing where there are none.
pub(super) fn lines(manifest: &Manifest) -> Vec<String> {
    if manifest.events.is_empty() {
        return Vec::new();
    }
    let mut events: Vec<&EventFacts> = manifest.events.iter().collect();
    events.sort_by_key(|event| event.name);
    let mut lines = heading("Events").to_vec();
    lines.push("| event | type | fields | domain | emitted by | heard by |".to_owned());
    lines.push("|---|---|---|---|---|---|".to_owned());
    lines.extend(events.into_iter().map(|event| {
        let fields = cell(&super::domain::fields(event));
        let (emitted, heard) = (plugins(emitters(manifest, event)), plugins(hearers(manifest, event)));
        format!("| {} | {} | `{fields}` | {} | {emitted} | {heard} |", event.name, event.ty, event.domain)
    }));
    lines
}

/// A `|` would end the cell, in code as well.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

fn plugins<'a>(plugins: impl Iterator<Item = &'a PluginFacts>) -> String {
    let mut names: Vec<&str> = plugins.map(|plugin| plugin.identity.name).collect();
    names.sort_unstable();
    if names.is_empty() { "nobody".to_owned() } else { names.join(", ") }
}
