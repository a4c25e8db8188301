//! What is odd about the application and still compiles: stable macros can't warn, so `app check` does.
//!
//! In: the manifest, and the tools that the application picked. Out: one sentence per finding, in a fixed order.

use std::collections::BTreeMap;

use super::Manifest;
use super::event::{answerers, emitters, hearers};
use crate::jobs::When;

/// Tools that run without being named.
pub(super) const ALWAYS_SET_UP: [&str; 3] = ["http", "logger", "sidecars"];

/// The warnings, each a sentence.
///
/// `chosen_tools` are the tools that the application brings or picks; a default that nobody names is no news.
pub fn warnings(manifest: &Manifest, chosen_tools: &[&str]) -> Vec<String> {
    let mut warnings = Vec::new();
    for tool in manifest.tools.iter().filter(|tool| chosen_tools.contains(&tool.name)) {
        if !is_set_up(manifest, tool.name) {
            warnings.push(format!("tool `{}` is named by no plugin: it is never set up", tool.name));
        }
    }
    for event in manifest.events {
        let subject = format!("event `{}` ({}.{})", event.name, event.domain, event.ty);
        let heard: Vec<_> = hearers(manifest, event).map(|plugin| plugin.identity.name).collect();
        let answered: Vec<_> = answerers(manifest, event).map(|plugin| plugin.identity.name).collect();
        let is_emitted = emitters(manifest, event).next().is_some();
        if event.job {
            if !is_emitted {
                warnings.push(format!("job `{}` ({}.{}) is enqueued by nobody", event.name, event.domain, event.ty));
            }
            continue;
        }
        match (is_emitted, heard.is_empty() && answered.is_empty()) {
            (true, true) => warnings.push(format!("{subject} is published and nobody hears it")),
            (false, true) => warnings.push(format!("{subject} is declared, and nobody publishes or hears it")),
            (false, false) if heard.is_empty() => {
                warnings.push(format!("{subject} is answered by {} and nobody asks it", answered.join(", ")));
            }
            (false, false) => {
                warnings.push(format!("{subject} is heard by {} and nobody publishes it", heard.join(", ")));
            }
            (true, false) => {}
        }
    }
    for place in manifest.unseen {
        warnings.push(format!(
            "SQL at {place} is not checked: write `#[queries]` on the impl or the function that it stands in"
        ));
    }
    warnings.extend(crowds(manifest));
    warnings
}

/// How many schedules may tick at one minute before that is worth a word.
const CROWD: usize = 12;

/// Schedules that all begin at the same minute.
fn crowds(manifest: &Manifest) -> Vec<String> {
    let mut minutes: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for (_, schedule) in manifest.schedules().filter(|(_, schedule)| schedule.jitter == 0) {
        if let When::Cron { expression, zone, .. } = schedule.when {
            *minutes.entry((expression, zone.unwrap_or_default())).or_default() += 1;
        }
    }
    let crowds = minutes.into_iter().filter(|(_, count)| *count >= CROWD);
    crowds
        .map(|((expression, _), count)| {
            format!("{count} schedules run at `{expression}`, all at once: write `jitter = \"5m\"` to spread them")
        })
        .collect()
}

/// Whether a tool is set up at all.
pub(super) fn is_set_up(manifest: &Manifest, tool: &str) -> bool {
    let has_schedules = manifest.schedules().next().is_some() || manifest.jobs().next().is_some();
    ALWAYS_SET_UP.contains(&tool)
        || (tool == "scheduler" && has_schedules)
        || (tool == "db" && manifest.keeps_runs())
        || manifest.plugins.iter().any(|plugin| plugin.tools.contains(&tool))
}
