//! `/system/traces/…`: what led to what.

use super::{Answering, Asking, Page};
use crate::event::{trace_stream, trace_tree};
use crate::request::{Body, Inputs};
use crate::response::reply;

/// The latest requests and events, each with what it led to; with `id`, one of them.
pub(super) const TREE: Page = Page { path: "/system/traces/tree", needs_bus: true, acts: false, answer: tree };
/// The latest publishes and deliveries, the oldest first.
pub(super) const FLAT: Page = Page { path: "/system/traces/flat", needs_bus: true, acts: false, answer: flat };
/// The same as they happen, as server-sent events.
pub(super) const STREAM: Page = Page { path: "/system/traces/stream", needs_bus: true, acts: false, answer: stream };

fn tree(asking: Asking<'_>) -> Answering<'_> {
    Box::pin(async move {
        let mut inputs = Inputs::new(asking.head, Body::of(""));
        let Some(id) = inputs.query::<Option<String>>("id") else { return Ok(inputs.refuse()) };
        let records = asking.inside.bus()?.deliveries().trace().records();
        Ok(reply(200, trace_tree(&records, id.as_deref())))
    })
}

fn flat(asking: Asking<'_>) -> Answering<'_> {
    Box::pin(async move { Ok(reply(200, asking.inside.bus()?.deliveries().trace().records())) })
}

fn stream(asking: Asking<'_>) -> Answering<'_> {
    Box::pin(async move {
        let stop = asking.stop.clone();
        let streamed = trace_stream(asking.inside.bus()?.deliveries(), move || !stop.is_cancelled());
        Ok(reply(200, streamed))
    })
}
