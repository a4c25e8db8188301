//! The one module that generated code names. Re-exports only.

pub use http::Method as HttpMethod;

pub use crate::__rules_of as rules_of;
pub use crate::application::{Application, Migrated};
pub use crate::commands::main;
pub use crate::context::Context;
pub use crate::error::Result;
pub use crate::event::{Answer, Answers, Dispatch, Event, Outcome, Published, Request, Retry, Subscriber};
pub use crate::handler::{Next, on_blocking_pool, sendable, unless_refused};
pub use crate::lifecycle::{
    Boot, HealthReport, Hooks, Report, ToolHealth, bind, build, built, check_settings, complete, connect, drain, leak,
    migrate, online, set_up, shut_down,
};
pub use crate::manifest::{
    Access, EventFacts, InputFacts, Manifest, Method, Migration, PluginFacts, ReplyFacts, RouteFacts,
    SubscriptionFacts, TableFacts, ToolFacts,
};
pub use crate::plugin::{Down, Identity, Slot};
pub use serde::de::IgnoredAny;

pub use crate::request::{Authenticate, Body, FromParam, FromQuery, Head, Inputs};
pub use crate::response::{Reply, Response, failure, reply, schema_of, shape, status};
pub use crate::router::{Methods, Segments, no_route, unavailable};
pub use crate::server::{Respond, ServerHandle};
pub use crate::settings::{Environment, FromSetting, Key, Problems, Settings};
pub use crate::testing;
pub use crate::tool::Tool;
pub use crate::validation::{
    BodyRules, Check, Probe, Refusal, Unchecked, Validate, Violations, may_be_missing, probe_field, probe_object,
    read_json, refuse_unknown,
};
pub use {schemars, serde, serde_json, validator};
