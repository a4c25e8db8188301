#![doc = include_str!("../README.md")]
// docs.rs says which feature an item needs.
#![cfg_attr(docsrs, feature(doc_cfg))]

//! # What is part of the contract
//!
//! The names that the modules below list, one by one, and the words of the attributes. A test holds the list.
//! What only generated code calls is in a hidden module and may change in any release.

/// The crate of the bytes that requests and responses are made of.
pub use bytes;
/// The crate of methods, statuses and headers.
pub use http;
pub use microcore_macros::{app, event, extract, plugin, queries, test, tool};

pub mod prelude;
pub mod tools;

/// The application that `app!` makes.
pub mod application {
    pub use microcore_runtime::application::Application;
}

/// What is being handled right now, and what caused it. It can be read, and carried into tasks; it can't be set.
pub mod context {
    pub use microcore_runtime::context::{Context, Id, current, spawn};
}

/// What went wrong: for the client a safe sentence, for the log the chain.
pub mod error {
    pub use microcore_runtime::error::{Chain, Error, FieldError, InputPlace, Kind, Result, Unavailable};
}

/// Events, and what is told about them.
pub mod event {
    pub use microcore_runtime::event::{
        Broadcast, CrashSafe, DeadLetter, DeadLetters, DeliveryFailed, Ending, Envelope, Event, EventStatus, Priority,
        PublishOptions, Request, SubscriberPaused, SubscriberResumed, SubscriberStatus, TraceDelivery, TraceNode,
        TraceRecord,
    };
}

/// Folders of files that are served.
pub mod files {
    pub use microcore_runtime::files::Folder;
}

/// What stands around handlers.
pub mod handler {
    pub use microcore_runtime::handler::{Next, Route};
}

/// How an application starts, and how it is.
pub mod lifecycle {
    pub use microcore_runtime::lifecycle::{Boot, HealthReport, Report, ToolHealth};
}

/// What the compiler found in an application: routes, events, statements, settings.
pub mod manifest {
    pub use microcore_runtime::manifest::{
        Access, ColumnFacts, EventFacts, InputFacts, InterceptorFacts, Manifest, Method, Migration, ModelFacts,
        PluginFacts, ReplyFacts, RouteFacts, Scope, StatementFacts, SubscriptionFacts, TableFacts, ToolFacts,
    };
}

/// Who a plugin is.
pub mod plugin {
    pub use microcore_runtime::plugin::Identity;
}

/// Streams of events to clients, and web sockets.
pub mod realtime {
    pub use microcore_runtime::realtime::{EventStream, Feed, SentEvent, Socket, Subprotocol, Subscription};
}

/// What comes in.
pub mod request {
    pub use microcore_runtime::request::{
        Authenticate, Cookies, Files, FromParam, FromQuery, Head, Headers, Occurrences, Part, TokenPlaces, Version,
    };
}

/// What goes back.
pub mod response {
    pub use microcore_runtime::response::{
        Content, Cookie, CookieBuilder, Created, Dressed, Enveloped, Failure, Media, NoContent, Plain, Redirect,
        Replies, Reply, Response, SameSite, SendFile, Streamed, Versioned, With, Written,
    };
}

/// Settings: read from the environment, checked before anything starts.
pub mod settings {
    #[doc(inline)]
    pub use crate::__private::derives::Settings;
    pub use microcore_runtime::settings::{ByteSize, Environment, FromSetting, Key, Problem, Problems, Secret};
}

/// Tests of an application over a real socket, and its tools beside it.
pub mod testing {
    pub use microcore_runtime::testing::{Client, Reply, Running, boot, run};
}

/// Rules of bodies, and what is said where one is broken.
pub mod validation {
    pub use crate::__private::derives::Validate;
    pub use microcore_runtime::validation::{Refusal, Violations, is_email};

    /// What a type of one's own implements, so that a rule can check it.
    pub mod rule {
        pub use microcore_runtime::validation::rule::{Length, Range, Text};
    }
}

#[doc(hidden)]
pub mod __private;
