//! `/system/api/traces/…`: what led to what.

use super::{Answering, Asking, Page, told};
use crate::event::trace_tree;
use crate::request::{Body, Inputs};

/// The latest requests and events, each with what it led to; with `id`, one of them.
pub(super) const TREE: Page = Page::about_events("/system/api/traces/tree", tree);
/// The latest publishes and deliveries, the oldest first.
pub(super) const FLAT: Page = Page::about_events("/system/api/traces/flat", flat);

fn tree(asking: Asking<'_>) -> Answering<'_> {
    Box::pin(async move {
        let mut inputs = Inputs::new(asking.head, Body::of(""));
        let Some(id) = inputs.query::<Option<String>>("id") else { return Ok(inputs.refuse()) };
        let records = asking.shown.inside.bus()?.deliveries().trace().records();
        told(&trace_tree(&records, id.as_deref()))
    })
}

fn flat(asking: Asking<'_>) -> Answering<'_> {
    Box::pin(async move { told(&asking.shown.inside.bus()?.deliveries().trace().records()) })
}
