//! The causal tree: which request or event led to which, out of the flat records of a trace.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use super::TraceRecord;

/// A request or an event with all that it led to.
///
/// ```
/// use microcore_runtime::event::{TraceDelivery, TraceNode};
///
/// /// What failed below a request, out of `bus.trace_tree(Some(id))`.
/// fn failures(node: &TraceNode) -> Vec<&TraceDelivery> {
///     let own = node.deliveries.iter().filter(|delivery| delivery.ending == "failed");
///     own.chain(node.children.iter().flat_map(failures)).collect()
/// }
/// # let _ = failures;
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[non_exhaustive]
pub struct TraceNode {
    /// Its id.
    pub id: String,
    /// The event's name; `None` for a request, and for an event that the trace has no record of any more.
    pub event: Option<String>,
    /// Who published it.
    pub emitter: Option<String>,
    /// When: milliseconds since 1970; 0 where there is no record.
    pub time: u64,
    /// What became of it.
    pub deliveries: Vec<TraceDelivery>,
    /// The events that its handlers published.
    pub children: Vec<TraceNode>,
}

/// One attempt of one delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[non_exhaustive]
pub struct TraceDelivery {
    /// The subscriber.
    pub subscriber: String,
    /// Which attempt; 0 where the handler was not called.
    pub attempt: u32,
    /// `delivered`, `failed` or `expired`.
    pub ending: String,
    /// How long it took, in microseconds.
    pub micros: u64,
}

/// The trees of these records, the oldest first; with an id, the one that has it.
pub fn trace_tree(records: &[TraceRecord], id: Option<&str>) -> Vec<TraceNode> {
    let mut nodes: BTreeMap<String, TraceNode> = BTreeMap::new();
    let mut order: Vec<(String, Option<String>)> = Vec::new();
    for record in records {
        let own = record.id.to_string();
        if !nodes.contains_key(&own) {
            order.push((own.clone(), record.cause.as_ref().map(ToString::to_string)));
        }
        let node = nodes.entry(own).or_insert_with_key(|id| empty(id));
        node.event = Some(record.event.clone());
        node.emitter.clone_from(&record.emitter);
        node.time = if node.time == 0 { record.time } else { node.time.min(record.time) };
        if let Some(subscriber) = &record.subscriber {
            node.deliveries.push(TraceDelivery {
                subscriber: subscriber.clone(),
                attempt: record.attempt,
                ending: serde_json::to_value(record.ending)
                    .ok()
                    .and_then(|ending| ending.as_str().map(ToOwned::to_owned))
                    .unwrap_or_default(),
                micros: record.micros,
            });
        }
    }
    // A parent that has no record is a request, or too old.
    for (_, cause) in &order {
        if let Some(cause) = cause.as_ref().filter(|cause| !nodes.contains_key(*cause)) {
            nodes.insert(cause.clone(), empty(cause));
        }
    }
    let mut children: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut roots: Vec<String> = Vec::new();
    for (own, cause) in order {
        match cause {
            Some(cause) => {
                let known = children.entry(cause.clone()).or_default();
                if known.is_empty() && nodes.get(&cause).is_some_and(|node| node.event.is_none()) {
                    roots.push(cause);
                }
                known.push(own);
            }
            None => roots.push(own),
        }
    }
    match id {
        Some(id) => nodes.contains_key(id).then(|| grown(id, &nodes, &children)).into_iter().collect(),
        None => roots.iter().map(|root| grown(root, &nodes, &children)).collect(),
    }
}

fn empty(id: &str) -> TraceNode {
    let (deliveries, children) = (Vec::new(), Vec::new());
    TraceNode { id: id.to_owned(), event: None, emitter: None, time: 0, deliveries, children }
}

/// An event has one parent, which was there before it: there is no ring.
fn grown(id: &str, nodes: &BTreeMap<String, TraceNode>, children: &BTreeMap<String, Vec<String>>) -> TraceNode {
    let below = children.get(id).into_iter().flatten();
    let mut node = nodes.get(id).cloned().unwrap_or_else(|| empty(id));
    node.children = below.map(|child| grown(child, nodes, children)).collect();
    node
}

impl TraceNode {
    /// As lines of text, indented by depth.
    pub fn draw(&self) -> String {
        let mut text = String::new();
        self.draw_below(0, &mut text);
        text
    }

    fn draw_below(&self, depth: usize, text: &mut String) {
        let indent = "  ".repeat(depth);
        let name = self.event.as_deref().unwrap_or("request");
        let emitter = self.emitter.as_deref().map(|emitter| format!(" from {emitter}")).unwrap_or_default();
        // Writing to a string can't fail.
        let _ = writeln!(text, "{indent}{name} {}{emitter}", self.id);
        for delivery in &self.deliveries {
            let TraceDelivery { subscriber, attempt, ending, micros } = delivery;
            let _ = writeln!(text, "{indent}  → {subscriber}, attempt {attempt}: {ending} after {micros} µs");
        }
        for child in &self.children {
            child.draw_below(depth + 1, text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::Id;
    use crate::event::Ending;

    fn record(id: &str, cause: Option<&str>, event: &str, subscriber: Option<&str>, ending: Ending) -> TraceRecord {
        TraceRecord {
            number: 0,
            id: Id::adopt(id).unwrap(),
            cause: cause.map(|cause| Id::adopt(cause).unwrap()),
            origin: Id::adopt("r1").unwrap(),
            event: event.to_owned(),
            emitter: Some("users.create_user".to_owned()),
            subscriber: subscriber.map(ToOwned::to_owned),
            attempt: 1,
            time: 5,
            micros: 12,
            ending,
            started: 0,
        }
    }

    #[test]
    fn a_request_is_the_root_of_what_it_led_to() {
        let records = [
            record("e1", Some("r1"), "user.created", None, Ending::Published),
            record("e2", Some("e1"), "mail.sent", None, Ending::Published),
            record("e1", Some("r1"), "user.created", Some("mail.welcome.send"), Ending::Delivered),
            record("e3", None, "clock.ticked", None, Ending::Published),
        ];
        let trees = trace_tree(&records, None);
        assert_eq!(trees.len(), 2);
        assert_eq!(
            trees[0].draw(),
            "request r1\n  user.created e1 from users.create_user\n    → mail.welcome.send, attempt 1: delivered after 12 µs\n    mail.sent e2 from users.create_user\n"
        );
        assert_eq!(trace_tree(&records, Some("e1"))[0].children[0].id, "e2");
        assert!(trace_tree(&records, Some("nobody")).is_empty());
    }
}
