//! The tools with the exact signatures of their methods.

use super::{dashed, heading, one_line};
use crate::manifest::ToolFacts;

/// These tools in the manifest's order, built-in ones first; with a sentence on each method, and the beginning of each
/// tool's notes, where there is room.
pub(super) fn lines(tools: &[ToolFacts], with_docs: bool, noted: usize) -> Vec<String> {
    let mut lines = heading("Tools").to_vec();
    // A signature's `Result` may stand for one with the tool's own error.
    let more = if with_docs { "" } else { " Methods take `&self`; `cargo run -- context <tool>` says what each does." };
    lines.push(format!("`?` turns a tool's error into `Error`.{more}"));
    for tool in tools {
        lines.push(format!("### {}{}", tool.name, dashed(tool.doc)));
        for method in tool.methods {
            let signature = one_line(method.signature);
            let signature = without_own_bounds(&signature);
            lines.push(if with_docs {
                format!("- `{signature}`{}", dashed(method.doc))
            } else {
                format!("- `{}`", signature.replace("(&self, ", "(").replace("(&self)", "()"))
            });
        }
        lines.extend(tool.notes.lines().take(noted).map(str::to_owned));
    }
    lines
}

/// Without what a signature asks of the tool's own parameters, which are the wiring's to choose.
fn without_own_bounds(signature: &str) -> &str {
    let own = [" where A: ", " where T: "].iter().filter_map(|bound| signature.find(bound)).min();
    own.map_or(signature, |end| &signature[..end]).trim_end_matches(',')
}
