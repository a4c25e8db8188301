//! What the OpenAPI document says of the system pages, in the words of the manifest.

use schemars::json_schema;
use serde_json::Value;

use super::Fleet;
use super::page::{
    Database, Dead, GraphView, LEVELS, MetersView, PluginView, STATUSES, SettingView, Status, TopicWords, ViewWord,
};
use crate::event::{EventStatus, SubscriberStatus, TraceNode, TraceRecord};
use crate::guest::GuestStatus;
use crate::jobs::Board;
use crate::manifest::{InputFacts, PluginFacts, RouteFacts};
use crate::plugin::Identity;
use crate::record::{Causal, ErrorGroup, LogLine, Request};
use crate::response::{ReplyForm, schema_of};

const PAGE: RouteFacts = RouteFacts { tag: Some("System"), ..RouteFacts::PLAIN };

const ABOUT_EVENTS: &[RouteFacts] = &[
    RouteFacts {
        path: "/system/api/status",
        handler: "status",
        doc: "Which application and process this is, and what of it is off.",
        output: Some(schema_of::<Status>),
        ..PAGE
    },
    RouteFacts {
        path: "/system/api/plugins",
        handler: "plugins",
        doc: "Every plugin with its routes, subscriptions, events, tables, tools and settings.",
        output: Some(schema_of::<Vec<PluginView>>),
        ..PAGE
    },
    RouteFacts {
        path: "/system/api/graph",
        handler: "graph",
        doc: "What connects routes, plugins, events, tables and tools, and a picture of it or of a part.",
        inputs: &[
            InputFacts::of::<Option<ViewWord>>("view", "query"),
            InputFacts::of::<Option<String>>("domain", "query"),
            InputFacts::of::<Option<String>>("around", "query"),
        ],
        output: Some(schema_of::<GraphView>),
        ..PAGE
    },
    RouteFacts {
        path: "/system/api/meters",
        handler: "meters",
        doc: "What was counted and timed since the start: routes, subscribers, events, statements, methods of tools.",
        output: Some(schema_of::<MetersView>),
        ..PAGE
    },
    RouteFacts {
        path: "/system/api/traces/tree",
        handler: "tree",
        doc: "The latest requests and events, each with what it led to; with `id`, one of them.",
        inputs: &[InputFacts::of::<Option<String>>("id", "query")],
        output: Some(schema_of::<Vec<TraceNode>>),
        ..PAGE
    },
    RouteFacts {
        path: "/system/api/traces/flat",
        handler: "flat",
        doc: "The latest publishes and deliveries, the oldest first.",
        output: Some(schema_of::<Vec<TraceRecord>>),
        ..PAGE
    },
    RouteFacts {
        path: "/system/api/requests",
        handler: "requests",
        doc: "The requests that are recorded, the latest first: those that failed, were slow or led to something, and samples. `status` is as 500 or 5xx, `slow` is milliseconds.",
        inputs: &[
            InputFacts::of::<Option<String>>("route", "query"),
            InputFacts {
                shape: |_| json_schema!({ "type": "string", "pattern": STATUSES }),
                ..InputFacts::of::<Option<String>>("status", "query")
            },
            InputFacts::of::<Option<u64>>("slow", "query"),
        ],
        output: Some(schema_of::<Vec<Request>>),
        ..PAGE
    },
    RouteFacts {
        path: "/system/api/requests/{id}",
        handler: "request",
        doc: "One request, event or trace with everything that it led to: deliveries, attempts, statements, calls, lines of the log, and what was waited for.",
        inputs: &[InputFacts::of::<String>("id", "path")],
        output: Some(schema_of::<Causal>),
        ..PAGE
    },
    RouteFacts {
        path: "/system/api/errors",
        handler: "errors",
        doc: "Failures in groups, the latest first, each with three samples.",
        output: Some(schema_of::<Vec<ErrorGroup>>),
        ..PAGE
    },
    RouteFacts {
        path: "/system/api/logs",
        handler: "logs",
        doc: "The latest lines of the log, the oldest first.",
        inputs: &[
            InputFacts {
                shape: |_| json_schema!({ "type": "string", "enum": LEVELS }),
                ..InputFacts::of::<Option<String>>("level", "query")
            },
            InputFacts::of::<Option<String>>("id", "query"),
            InputFacts::of::<Option<u64>>("after", "query"),
        ],
        output: Some(schema_of::<Vec<LogLine>>),
        ..PAGE
    },
    RouteFacts {
        path: "/system/api/stream",
        handler: "stream",
        doc: "What happens, as it happens, as server-sent events. `topics` names some of deliveries, requests, logs, errors, meters, queues and status.",
        inputs: &[InputFacts::of::<TopicWords>("topics", "query"), InputFacts::of::<Option<String>>("from", "query")],
        form: ReplyForm::Media,
        media: Some("text/event-stream"),
        ..PAGE
    },
    RouteFacts {
        path: "/system/api/events",
        handler: "events",
        doc: "Every event with who publishes and who hears it, and of every subscriber its lag, and what is in flight, delayed and dead.",
        output: Some(schema_of::<Vec<EventStatus>>),
        ..PAGE
    },
    RouteFacts {
        path: "/system/api/queues",
        handler: "queues",
        doc: "How every subscriber stands.",
        output: Some(schema_of::<Vec<SubscriberStatus>>),
        ..PAGE
    },
    RouteFacts {
        path: "/system/api/dead",
        handler: "dead",
        doc: "The deliveries that failed for good, in groups and one by one.",
        inputs: &[
            InputFacts::of::<Option<String>>("subscriber", "query"),
            InputFacts::of::<Option<String>>("event", "query"),
            InputFacts::of::<Option<String>>("kind", "query"),
            InputFacts::of::<Option<u64>>("after", "query"),
        ],
        output: Some(schema_of::<Dead>),
        ..PAGE
    },
    RouteFacts {
        path: "/system/api/database",
        handler: "database",
        doc: "The migrations, the tables that they lead to, and the SQL of plugins and models.",
        output: Some(schema_of::<Database>),
        ..PAGE
    },
    RouteFacts {
        path: "/system/api/settings",
        handler: "settings",
        doc: "Every setting with its value; secrets are not shown.",
        output: Some(schema_of::<Vec<SettingView>>),
        ..PAGE
    },
    RouteFacts {
        path: "/system/api/findings",
        handler: "findings",
        doc: "What `check` says of the application, a sentence each.",
        output: Some(schema_of::<Vec<String>>),
        ..PAGE
    },
    RouteFacts {
        path: "/system/api/schemas",
        handler: "schemas",
        doc: "The JSON Schema of every event.",
        output: Some(schema_of::<Value>),
        ..PAGE
    },
    RouteFacts {
        path: "/system/api/schedule",
        handler: "schedule",
        doc: "How schedules and jobs stand: the next tick, the last run, what waits, runs and is dead.",
        output: Some(schema_of::<Board>),
        ..PAGE
    },
    RouteFacts {
        path: "/system/api/fleet",
        handler: "fleet",
        doc: "The replicas of the application, as this one sees them through the bus.",
        output: Some(schema_of::<Fleet>),
        ..PAGE
    },
    RouteFacts {
        path: "/system/api/sidecars",
        handler: "sidecars",
        doc: "Every plugin in another language: how it is, its calls and failures, and what went wrong last.",
        output: Some(schema_of::<Vec<GuestStatus>>),
        ..PAGE
    },
];

/// The pages of an application that has a bus.
pub(crate) const FACTS: PluginFacts = PluginFacts {
    routes: ABOUT_EVENTS,
    ..PluginFacts::needing(&[]).at(Identity { domain: "system", plugin: "pages", name: "system.pages" })
};
