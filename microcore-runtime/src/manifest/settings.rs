//! The settings: what each is called, what it is when unset, what it means.

use std::collections::BTreeMap;

use super::Manifest;
use super::context::one_line;
use crate::lifecycle::PROCESS_SETTINGS;
use crate::manifest::findings::is_set_up;
use crate::settings::Key;

/// Those of the export, where it is compiled in.
#[cfg(feature = "otlp")]
const EXPORT_SETTINGS: &[Key] = <crate::otlp::OtlpSettings as crate::settings::Settings>::KEYS;
#[cfg(not(feature = "otlp"))]
const EXPORT_SETTINGS: &[Key] = &[];

/// One line per key, by name. Keys of a tool that is not set up are marked: they are not read now.
pub fn settings_list(manifest: &Manifest) -> String {
    settings_of(manifest).into_iter().map(|(key, waiting)| line(&key, waiting) + "\n").collect()
}

/// Every key, by name, each with the tool that it waits for where that is not set up.
pub(crate) fn settings_of(manifest: &Manifest) -> Vec<(Key, Option<&'static str>)> {
    let mut keys: BTreeMap<&str, (Key, Option<&'static str>)> = BTreeMap::new();
    let mut add = |key: &Key, tool: Option<&'static str>| {
        // Several structs may read one key: what is read now wins, and what is required stays so.
        let known = keys.entry(key.name).or_insert((*key, tool));
        if known.1.is_some() && tool.is_none() {
            *known = (*key, None);
        } else if known.1.is_none() == tool.is_none() {
            known.0.required |= key.required;
            known.0.secret |= key.secret;
        }
    };
    for key in
        PROCESS_SETTINGS.iter().chain(EXPORT_SETTINGS).chain(manifest.plugins.iter().flat_map(|plugin| plugin.settings))
    {
        add(key, None);
    }
    for tool in manifest.tools {
        let waiting = (!is_set_up(manifest, tool.name)).then_some(tool.name);
        for key in tool.settings {
            add(key, waiting);
        }
    }
    keys.into_values().collect()
}

/// `MAIL_FROM = noreply@example.com: Sender of every mail`
fn line(key: &Key, waiting: Option<&str>) -> String {
    let default = match key.default {
        // A default is in the source, but a secret one need not be repeated here.
        Some(_) if key.secret => " has a default".to_owned(),
        Some(default) => format!(" = {default}"),
        None if key.required => " required".to_owned(),
        None => " optional".to_owned(),
    };
    let secret = if key.secret { ", secret" } else { "" };
    let waiting = waiting.map(|tool| format!(", once a plugin names `{tool}`")).unwrap_or_default();
    let doc = one_line(key.doc);
    let doc = if doc.is_empty() { doc } else { format!(": {doc}") };
    format!("{}{default}{secret}{waiting}{doc}", key.name)
}
