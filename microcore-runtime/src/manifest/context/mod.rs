//! `AI_CONTEXT.md`: what a model must know before it writes a feature, as facts and nothing else.
//!
//! In: the manifest and the tables. Out: the document, in a fixed order and without a date, so that it changes only when
//! the application does. It is read whole, so it has a size that it never passes: what does not fit is an index, and
//! `context <name>` prints the rest.

mod around;
mod domain;
mod index;
mod input;
#[cfg(test)]
mod tests;
mod tools;

use super::{COMMANDS, Manifest, TableFacts};

/// The document is shorter than this many bytes, whatever the application is.
pub const CONTEXT_LIMIT: usize = 8 * 1024;

/// So many lines of a tool's notes are in the document; `context <tool>` prints all.
const NOTED: usize = 12;

/// How a file of an application is written. A test in `microcore-macros` holds it to what the macros read.
const GRAMMAR: &str = include_str!("grammar.md");

/// The whole document.
pub fn context_document(manifest: &Manifest, tables: &[TableFacts]) -> String {
    let domains: Vec<&str> = domain::names(manifest, tables).into_iter().collect();
    let whole = || domains.iter().flat_map(|domain| domain::lines(manifest, tables, domain)).collect::<Vec<_>>();
    let listed = || index::domains(manifest, tables, &domains);
    let around = || around::lines(manifest);
    // What goes first is what can be asked for, and what most files do without.
    let attempts: [&dyn Fn() -> Vec<String>; 5] = [
        &|| [tools::lines(manifest.tools, true, NOTED), whole(), around()].concat(),
        &|| [tools::lines(manifest.tools, false, NOTED), whole(), around()].concat(),
        &|| [tools::lines(manifest.tools, false, 0), whole(), around()].concat(),
        &|| [tools::lines(manifest.tools, false, 0), listed(), around()].concat(),
        &|| [index::tools(manifest.tools), listed()].concat(),
    ];
    let fitting = attempts.iter().map(|attempt| document(manifest, attempt())).find(|text| text.len() < CONTEXT_LIMIT);
    fitting.unwrap_or_else(|| {
        let tools = index::tools(manifest.tools);
        let room = CONTEXT_LIMIT.saturating_sub(document(manifest, tools.clone()).len() + 1);
        document(manifest, [tools, index::names(&domains, room)].concat())
    })
}

/// What is known of one domain, one tool, the interceptors or the grammar; `None` where nothing is called so.
pub fn context_of(manifest: &Manifest, tables: &[TableFacts], name: &str) -> Option<String> {
    let mut lines = Vec::new();
    if let Some(tool) = manifest.tools.iter().find(|tool| tool.name == name) {
        lines.extend(tools::lines(std::slice::from_ref(tool), true, usize::MAX));
        lines.push(format!("It was compiled with version {} of the contract of tools.", tool.contract));
    }
    if domain::names(manifest, tables).contains(name) {
        lines.extend(domain::lines(manifest, tables, name));
    }
    match name {
        "interceptors" => lines.extend(around::lines(manifest)),
        "grammar" => lines.extend(GRAMMAR.lines().map(str::to_owned)),
        _ => {}
    }
    (!lines.is_empty()).then(|| lines.join("\n").trim_start().to_owned() + "\n")
}

/// Facts between what every document begins and ends with.
fn document(manifest: &Manifest, facts: Vec<String>) -> String {
    let mut lines = vec![
        format!("# {} {}", manifest.name, manifest.version),
        String::new(),
        "Written by `cargo run -- context`.".to_owned(),
        String::new(),
    ];
    lines.extend(manifest.replies.told());
    lines.extend(GRAMMAR.lines().map(str::to_owned));
    lines.extend(facts);
    lines.extend(heading("Commands"));
    // Each one's options are in `--help`, which who runs commands can ask.
    let commands = COMMANDS.iter().map(|command| format!("`{}`", command.name));
    lines.push(commands.chain(["`--help`".to_owned()]).collect::<Vec<_>>().join(", "));
    lines.push(String::new());
    lines.join("\n")
}

/// `## Title` with an empty line before it.
fn heading(title: &str) -> [String; 2] {
    [String::new(), format!("## {title}")]
}

/// A text on one line, its full stop dropped: it stands in a list.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").trim_end_matches('.').to_owned()
}

/// ` — doc`, or nothing where there is no documentation.
fn dashed(doc: &str) -> String {
    let doc = one_line(doc);
    if doc.is_empty() { doc } else { format!(" — {doc}") }
}
