//! The graph in DOT, for Graphviz.

use super::{Graph, NodeKind};

impl Graph {
    /// A `digraph`, left to right.
    pub fn to_dot(&self) -> String {
        let mut lines = vec!["digraph application {".to_owned(), "  rankdir=LR;".to_owned()];
        lines.extend(self.nodes.iter().map(|node| {
            let shape = match node.kind {
                NodeKind::Plugin => "box",
                NodeKind::Tool => "cylinder",
                NodeKind::Event => "ellipse",
                NodeKind::Table => "tab",
                NodeKind::Scope => "hexagon",
                NodeKind::Schedule => "note",
            };
            format!("  {} [label={}, shape={shape}];", quoted(&node.id), quoted(&node.name))
        }));
        lines.extend(self.edges.iter().map(|edge| {
            let label = quoted(edge.kind.label());
            format!("  {} -> {} [label={label}];", quoted(&edge.from), quoted(&edge.to))
        }));
        lines.push("}\n".to_owned());
        lines.join("\n")
    }
}

/// A quoted DOT string. A backslash is doubled: in a label it would begin an escape such as `\l`.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', " "))
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn quotes_and_backslashes_are_escaped() {
        assert_eq!(quoted(r#"a"b\l"#), r#""a\"b\\l""#);
    }
}
