//! What the OpenAPI document says of the system pages, in the words of the manifest.

use crate::event::{EventStatus, TraceNode, TraceRecord};
use crate::manifest::{InputFacts, PluginFacts, RouteFacts};
use crate::plugin::Identity;
use crate::response::{ReplyForm, schema_of};

const PAGE: RouteFacts = RouteFacts { tag: Some("System"), ..RouteFacts::PLAIN };

const ROUTES: &[RouteFacts] = &[
    RouteFacts {
        path: "/system/traces/tree",
        handler: "tree",
        doc: "The latest requests and events, each with what it led to; with `id`, one of them.",
        inputs: &[InputFacts::of::<Option<String>>("id", "query")],
        output: Some(schema_of::<Vec<TraceNode>>),
        ..PAGE
    },
    RouteFacts {
        path: "/system/traces/flat",
        handler: "flat",
        doc: "The latest publishes and deliveries, the oldest first.",
        output: Some(schema_of::<Vec<TraceRecord>>),
        ..PAGE
    },
    RouteFacts {
        path: "/system/traces/stream",
        handler: "stream",
        doc: "The same as they happen, as server-sent events.",
        form: ReplyForm::Media,
        media: Some("text/event-stream"),
        ..PAGE
    },
    RouteFacts {
        path: "/system/events",
        handler: "events",
        doc: "Every event with who publishes and who hears it, and of every subscriber its lag, and what is in flight, delayed and dead.",
        output: Some(schema_of::<Vec<EventStatus>>),
        ..PAGE
    },
];

/// The pages about events, of an application that has a bus.
pub(crate) const FACTS: PluginFacts = PluginFacts {
    routes: ROUTES,
    ..PluginFacts::needing(&[]).at(Identity { domain: "system", plugin: "traces", name: "system.traces" })
};
