//! The tools with the exact signatures of their methods.

use super::{Manifest, dashed, heading, one_line};

/// Every tool in the manifest's order: built-in ones first.
pub(super) fn lines(manifest: &Manifest) -> Vec<String> {
    let mut lines = heading("Tools").to_vec();
    for tool in manifest.tools {
        lines.push(format!("### {}{}", tool.name, dashed(tool.doc)));
        for method in tool.methods {
            let (signature, doc) = (one_line(method.signature), one_line(method.doc));
            lines.push(format!("- `{signature}` {doc}").trim_end().to_owned());
        }
    }
    lines
}
