//! Events never form a ring: a subscriber of A that publishes B, and one of B that publishes A, would go on for ever.
//!
//! What a handler publishes is read from its source. A ring that ends by itself (a job that publishes its next page) is
//! marked with `allow_ring` on one of its handlers.

use std::collections::BTreeMap;

use syn::Path;

use super::rings::Rings;
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
    let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
    for event in edges.iter().flat_map(|edge| [&edge.from, &edge.to]) {
        let next = numbers.len();
        numbers.entry(event).or_insert(next);
    }
    let pairs: Vec<_> = edges.iter().map(|edge| (numbers[edge.from.as_str()], numbers[edge.to.as_str()])).collect();
    for ring in Rings::of(numbers.len(), &pairs).find() {
        let ring: Vec<&Edge<'_>> = ring.into_iter().map(|edge| &edges[edge]).collect();
        let Some(first) = ring.first() else { continue };
        let mut sentence = format!("these events form a ring: `{}`", first.from);
        for step in &ring {
            sentence.extend([" → `", step.handler.as_ref(), "` → `", step.to.as_ref(), "`"]);
        }
        errors.add(
            first.place,
            "MC0411",
            sentence,
            "publish another event, or write `allow_ring` in `#[on(…)]` where the ring is known to end",
        );
    }
}
