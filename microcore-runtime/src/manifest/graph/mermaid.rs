//! The graph in Mermaid, which GitHub draws in any Markdown.

use std::collections::BTreeMap;

use super::{Graph, NodeKind};

impl Graph {
    /// A `flowchart LR`: plugins are boxes, tools cylinders, events rounded, tables boxes with double sides,
    /// scopes hexagons, schedules slanted.
    pub fn to_mermaid(&self) -> String {
        // Ids are numbered: a name may hold a dot or be a word of Mermaid's own, such as `end`.
        let ids: BTreeMap<&str, String> =
            self.nodes.iter().enumerate().map(|(number, node)| (node.id.as_str(), format!("n{number}"))).collect();
        let id = |node: &str| ids.get(node).cloned().unwrap_or_default();
        let mut lines = vec!["flowchart LR".to_owned()];
        lines.extend(self.nodes.iter().map(|node| {
            let (open, close) = match node.kind {
                NodeKind::Plugin => ("[", "]"),
                NodeKind::Tool => ("[(", ")]"),
                NodeKind::Event => ("([", "])"),
                NodeKind::Table => ("[[", "]]"),
                NodeKind::Scope => ("{{", "}}"),
                NodeKind::Schedule => ("[/", "/]"),
            };
            format!("  {}{open}\"{}\"{close}", id(&node.id), escaped(&node.name))
        }));
        lines.extend(
            self.edges.iter().map(|edge| format!("  {} -->|{}| {}", id(&edge.from), edge.kind.label(), id(&edge.to))),
        );
        lines.join("\n") + "\n"
    }
}

/// Mermaid has no escapes inside quotes, only entities that begin with `#`.
fn escaped(text: &str) -> String {
    let entity = |character: char| match character {
        '"' | '#' | '<' | '>' | '&' | '`' | '\\' | ';' => format!("#{};", u32::from(character)),
        '\n' => " ".to_owned(),
        other => other.to_string(),
    };
    text.chars().map(entity).collect()
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn what_mermaid_would_read_is_an_entity() {
        assert_eq!(escaped("a\"b#c<d"), "a#34;b#35;c#60;d");
    }
}
