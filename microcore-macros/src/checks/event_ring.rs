//! Events never form a ring: a subscriber of A that publishes B, and one of B that publishes A, would go on for ever.
//!
//! What a handler publishes is read from its source. A ring that ends by itself (a job that publishes its next page) is
//! marked with `allow_ring` on one of its handlers.

use std::collections::BTreeSet;

use syn::Path;

use crate::errors::Errors;
use crate::wiring::Wiring;

/// "When `from` happens, the handler named here publishes `to`."
struct Edge<'w> {
    from: String,
    to: String,
    handler: String,
    place: &'w Path,
}

pub(crate) fn check(wiring: &Wiring, errors: &mut Errors) {
    let mut edges = Vec::new();
    for plugin in &wiring.plugins {
        for subscription in plugin.decl.subscriptions.iter().filter(|subscription| !subscription.allow_ring) {
            for published in subscription.publishes.iter().filter(|name| wiring.event(name).is_some()) {
                edges.push(Edge {
                    from: subscription.event_name().to_string(),
                    to: published.to_string(),
                    handler: format!("{}.{}", plugin.name(), subscription.handler),
                    place: &subscription.event,
                });
            }
        }
    }
    let mut reported: BTreeSet<BTreeSet<String>> = BTreeSet::new();
    for edge in &edges {
        let Some(way) = way_back(&edges, &edge.to, &edge.from, &mut BTreeSet::new()) else { continue };
        let ring: BTreeSet<String> =
            way.iter().map(|edge| edge.handler.clone()).chain([edge.handler.clone()]).collect();
        // Each ring once, at the first of its handlers.
        if !reported.insert(ring) {
            continue;
        }
        let steps = std::iter::once(edge).chain(way).map(|step| format!(" → `{}` → `{}`", step.handler, step.to));
        let text = format!("`{}`{}", edge.from, steps.collect::<String>());
        errors.add(
            edge.place,
            "MC0411",
            format!("these events form a ring: {text}"),
            "publish another event, or write `allow_ring` in `#[on(…)]` where the ring is known to end",
        );
    }
}

/// The edges that lead from `from` back to `target`; none where they are the same.
fn way_back<'e, 'w>(
    edges: &'e [Edge<'w>],
    from: &str,
    target: &str,
    seen: &mut BTreeSet<String>,
) -> Option<Vec<&'e Edge<'w>>> {
    if from == target {
        return Some(Vec::new());
    }
    if !seen.insert(from.to_owned()) {
        return None;
    }
    edges.iter().filter(|edge| edge.from == from).find_map(|edge| {
        let mut way = way_back(edges, &edge.to, target, seen)?;
        way.insert(0, edge);
        Some(way)
    })
}
