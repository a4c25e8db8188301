//! An application whose facts are too many for one document: a line per domain and per tool, which say what to ask for.

use super::domain::events;
use super::{Manifest, TableFacts, dashed, heading, one_line};
use crate::manifest::ToolFacts;

/// A line per domain.
pub(super) fn domains(manifest: &Manifest, tables: &[TableFacts], names: &[&str]) -> Vec<String> {
    let mut lines = heading("Domains").to_vec();
    lines.push(
        "`cargo run -- context <domain>` prints one: its tables, routes with their types, events, plugins.".to_owned(),
    );
    lines.extend(names.iter().map(|domain| line(manifest, tables, domain)));
    lines
}

fn line(manifest: &Manifest, tables: &[TableFacts], domain: &str) -> String {
    let plugins: Vec<_> = manifest.plugins.iter().filter(|plugin| plugin.identity.domain == domain).collect();
    let routes: usize = plugins.iter().map(|plugin| plugin.routes.len()).sum();
    let named = |verb: &str, names: Vec<&str>| (!names.is_empty()).then(|| format!("{verb} {}", shortened(&names, 6)));
    let tables = tables.iter().filter(|table| table.domain == domain).map(|table| table.name.as_str()).collect();
    let [emits, asks, hears, answers] =
        events(manifest, &plugins).map(|events| events.into_iter().map(|event| event.ty).collect());
    let parts = [
        Some(format!("{}, {}", counted(plugins.len(), "plugin"), counted(routes, "route"))),
        named("tables", tables),
        named("emits", emits),
        named("asks", asks),
        named("hears", hears),
        named("answers", answers),
    ];
    format!("- `{domain}` {}", parts.into_iter().flatten().collect::<Vec<_>>().join("; "))
}

/// The names of the domains alone, as many as there is room for.
pub(super) fn names(domains: &[&str], room: usize) -> Vec<String> {
    let mut lines = heading("Domains").to_vec();
    lines.push("`cargo run -- context <domain>` prints one; `src/domains/` has them all.".to_owned());
    let taken = lines.iter().map(|line| line.len() + 1).sum::<usize>() + "… and 1000000 more\n".len();
    let mut left = room.saturating_sub(taken);
    let fits = |domain: &&&str| {
        let needs = domain.len() + 2;
        let fits = needs <= left;
        left = left.saturating_sub(needs);
        fits
    };
    let shown: Vec<&str> = domains.iter().take_while(fits).copied().collect();
    let more = domains.len() - shown.len();
    lines.push(if more == 0 { shown.join(", ") } else { format!("{}… and {more} more", shown.join(", ")) });
    lines
}

/// A line per tool: its methods by name.
pub(super) fn tools(tools: &[ToolFacts]) -> Vec<String> {
    let mut lines = heading("Tools").to_vec();
    lines.push("`cargo run -- context <tool>` prints the signatures of one.".to_owned());
    lines.extend(tools.iter().map(|tool| {
        let names: Vec<&str> = tool.methods.iter().filter_map(|method| name(method.signature)).collect();
        format!("- `{}`{}: {}", tool.name, dashed(tool.doc), shortened(&names, 12))
    }));
    lines
}

/// `publish` of `fn publish<E>(&self, …)`.
fn name(signature: &str) -> Option<&str> {
    let behind = signature.split("fn ").nth(1)?;
    behind.split(['(', '<']).next()
}

/// `1 route`, `2 routes`.
fn counted(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

fn shortened(names: &[&str], most: usize) -> String {
    let shown: Vec<String> = names.iter().take(most).map(|name| one_line(name)).collect();
    let more = if names.len() > most { ", …" } else { "" };
    format!("{}{more}", shown.join(", "))
}
