//! What a file of an application needs. `crate::prelude` adds the application's events and tools to it.

pub use crate::__private::derives::*;
pub use microcore_macros::{event, extract, plugin, queries, tool};
pub use microcore_runtime::context::Context;
pub use microcore_runtime::error::{Error, Result};
pub use microcore_runtime::event::{
    DeliveryFailed, EventStatus, JobFailed, PublishOptions, SubscriberPaused, SubscriberResumed, SubscriberStatus,
    TraceNode, TraceRecord,
};
pub use microcore_runtime::files::Folder;
pub use microcore_runtime::from_json;
pub use microcore_runtime::handler::{Next, Route, Work};
#[cfg(feature = "jobs")]
pub use microcore_runtime::jobs::{Enqueued, Job, JobOptions, JobStatus, Tick};
pub use microcore_runtime::meter::{Counter, Gauge, Histogram, Label, Meter};
pub use microcore_runtime::realtime::{EventStream, Feed, SentEvent, Socket, Subprotocol, Subscription};
#[cfg(feature = "multipart")]
pub use microcore_runtime::request::Files;
pub use microcore_runtime::request::{Bytes, Cookies, Head, Headers, Version};
pub use microcore_runtime::response::{
    Cookie, Created, Media, NoContent, Redirect, Response, SameSite, SendFile, Streamed, Versioned, With,
};
pub use microcore_runtime::settings::{ByteSize, Secret};
pub use microcore_runtime::validation::Violations;
#[cfg(feature = "auth")]
pub use microcore_tools::auth::AuthError;
pub use microcore_tools::bus::BusError;
pub use microcore_tools::db::{
    Date, DbError, DbErrorKind, Decimal, Json, OnViolation, Row, Rows, Timestamp, Uuid, sql_unchecked,
};
pub use microcore_tools::state::StateError;
