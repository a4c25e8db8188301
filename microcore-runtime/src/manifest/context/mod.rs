//! `AI_CONTEXT.md`: what a model must know before it writes a feature, as facts and nothing else.
//!
//! In: the manifest, the tables, and the settings that the server itself reads. Out: the document, in a fixed order
//! and without a date, so that it changes only when the application does.

mod around;
mod domain;
mod input;
mod tools;

use super::{COMMANDS, Manifest, TableFacts};

/// The whole document.
pub fn context_document(manifest: &Manifest, tables: &[TableFacts]) -> String {
    let mut lines = vec![
        format!("# {} {}", manifest.name, manifest.version),
        String::new(),
        "Written by `cargo run -- context`.".to_owned(),
    ];
    lines.extend(tools::lines(manifest));
    for domain in domain::names(manifest, tables) {
        lines.extend(domain::lines(manifest, tables, domain));
    }
    lines.extend(around::lines(manifest));
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
    if doc.is_empty() { doc } else { format!(" — {}", first_clause(&doc)) }
}

/// What comes before the details: the document is read whole, so every word counts. Very short beginnings say nothing.
fn first_clause(doc: &str) -> &str {
    const LEAST: usize = 12;
    let end = doc.char_indices().find(|(at, character)| *at >= LEAST && matches!(character, ';' | ':' | ','));
    end.map_or(doc, |(end, _)| &doc[..end])
}
