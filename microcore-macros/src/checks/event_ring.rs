//! Events never form a ring: a subscriber of A that publishes B, and one of B that publishes A, would go on for ever.
//!
//! What a handler publishes is read from its source. A ring that ends by itself (a job that publishes its next page) is
//! marked with `allow_ring` on one of its handlers.

use std::collections::{BTreeMap, BTreeSet};

use syn::Path;

use crate::decl::shown;
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
    let known = wiring.event_names();
    let mut edges = Vec::new();
    for plugin in &wiring.plugins {
        for subscription in plugin.decl.subscriptions.iter().filter(|subscription| !subscription.allow_ring) {
            for published in subscription.publishes.iter().map(ToString::to_string).filter(|name| known.contains(name))
            {
                edges.push(Edge {
                    from: subscription.event_name().to_string(),
                    to: published,
                    handler: format!("{}.{}", plugin.name(), shown(&subscription.handler)),
                    place: &subscription.event,
                });
            }
        }
    }
    let mut ways: Ways<'_> = Ways::new();
    for edge in &edges {
        ways.entry(&edge.from).or_default().push(edge);
    }
    without_beginnings(&edges, &mut ways);
    let mut reported: BTreeSet<BTreeSet<String>> = BTreeSet::new();
    for edge in edges.iter().filter(|edge| ways.contains_key(edge.from.as_str())) {
        let Some(way) = way_back(&ways, &edge.to, &edge.from, &mut BTreeSet::new()) else { continue };
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

/// The edges by where they begin.
type Ways<'e> = BTreeMap<&'e str, Vec<&'e Edge<'e>>>;

/// Takes away every event that nothing leads to, then those that only these led to: it is in no ring. In an application
/// that is right, nothing is left, and each edge was looked at once.
fn without_beginnings<'e>(edges: &'e [Edge<'e>], ways: &mut Ways<'e>) {
    let mut led_to: BTreeMap<&str, usize> = BTreeMap::new();
    for edge in edges {
        *led_to.entry(&edge.to).or_default() += 1;
    }
    let mut open: Vec<&str> = ways.keys().copied().filter(|event| !led_to.contains_key(event)).collect();
    while let Some(event) = open.pop() {
        for edge in ways.remove(event).into_iter().flatten() {
            let left = led_to.entry(&edge.to).or_default();
            *left = left.saturating_sub(1);
            if *left == 0 {
                open.push(&edge.to);
            }
        }
    }
}

/// The edges that lead from `from` back to `target`; none where they are the same.
fn way_back<'e>(
    ways: &Ways<'e>,
    from: &'e str,
    target: &str,
    seen: &mut BTreeSet<&'e str>,
) -> Option<Vec<&'e Edge<'e>>> {
    if from == target {
        return Some(Vec::new());
    }
    if !seen.insert(from) {
        return None;
    }
    ways.get(from).into_iter().flatten().find_map(|edge| {
        let mut way = way_back(ways, &edge.to, target, seen)?;
        way.insert(0, edge);
        Some(way)
    })
}
