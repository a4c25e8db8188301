//! The graph as JSON, for programs.

use super::Graph;

impl Graph {
    /// `{"nodes": […], "edges": […]}`, indented.
    #[expect(clippy::missing_panics_doc, reason = "it can't panic")]
    pub fn to_json(&self) -> String {
        // Only a map with keys that are no texts, or a failing `Serialize`, can fail; a graph has neither.
        let text = serde_json::to_string_pretty(self).expect("a graph is made of texts");
        text + "\n"
    }
}
