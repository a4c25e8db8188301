//! The tools with the exact signatures of their methods.

use super::{Manifest, dashed, first_clause, heading, one_line};

/// Every tool in the manifest's order: built-in ones first.
pub(super) fn lines(manifest: &Manifest) -> Vec<String> {
    let mut lines = heading("Tools").to_vec();
    // A signature's `Result` may stand for one with the tool's own error.
    lines.push("`?` turns a tool's error into `Error`.".to_owned());
    for tool in manifest.tools {
        lines.push(format!("### {}{}", tool.name, dashed(tool.doc)));
        for method in tool.methods {
            let (signature, doc) = (one_line(method.signature), one_line(method.doc));
            lines.push(format!("- `{}` {}", without_own_bounds(&signature), first_clause(&doc)).trim_end().to_owned());
        }
    }
    lines
}

/// Without what a signature asks of the tool's own parameters, which are the wiring's to choose.
fn without_own_bounds(signature: &str) -> &str {
    let own = [" where A: ", " where T: "].iter().filter_map(|bound| signature.find(bound)).min();
    own.map_or(signature, |end| &signature[..end]).trim_end_matches(',')
}
