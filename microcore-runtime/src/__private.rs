//! The one module that generated code names. Re-exports only.

pub use http::Method as HttpMethod;

pub use crate::__rules_of as rules_of;
pub use crate::__unchecked_statements as unchecked_statements;
pub use crate::application::{Application, Migrated};
pub use crate::commands::main;
pub use crate::context::Context;
pub use crate::error::Result;
pub use crate::event::{Answer, Answers, Dispatch, Event, Outcome, Published, Request, Retry, Subscriber};
pub use crate::handler::{on_blocking_pool, sendable};
pub use crate::lifecycle::{
    Boot, HealthReport, Hooks, Report, ToolHealth, bind, build, built, check_settings, complete, connect, drain, leak,
    migrate, online, set_up, shut_down,
};
pub use crate::manifest::{
    EventFacts, InputFacts, Manifest, Method, Migration, PluginFacts, ReplyFacts, RouteFacts, StatementFacts,
    SubscriptionFacts, TableFacts, ToolFacts,
};
pub use crate::plugin::{Down, Identity, Slot};
pub use crate::request::{Body, FromParam, FromQuery, Head, Inputs};
pub use crate::response::{Reply, Response, failure, reply, schema_of, shape};
pub use crate::router::{Segments, method_not_allowed, not_found, unavailable};
pub use crate::server::{Respond, ServerHandle};
pub use crate::settings::{Environment, FromSetting, Key, Problems, Settings};
pub use crate::testing;
pub use crate::tool::Tool;
pub use crate::validation::{
    BodyRules, Check, Probe, Refusal, Unchecked, Validate, Violations, may_be_missing, probe_field, probe_object,
    read_json, refuse_unknown,
};
pub use {schemars, serde, serde_json, validator};
