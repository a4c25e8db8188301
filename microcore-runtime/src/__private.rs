//! The one module that generated code names. Re-exports only.

pub use http::Method as HttpMethod;
pub use serde::de::IgnoredAny;

pub use crate::__unchecked_statements as unchecked_statements;
pub use crate::application::Application;
pub use crate::commands::main;
pub use crate::context::Context;
pub use crate::database::Migrated;
pub use crate::derives;
pub use crate::error::Result;
pub use crate::event::{
    Answer, Answered, Broadcast, DeliveryFailed, Dispatch, Envelope, Event, JobFailed, Keeps, Outcome, PublishOptions,
    Published, Request, Retry, Subscriber, SubscriberPaused, SubscriberResumed, Subscribers, Turns, Undelivered,
    member, receive,
};
pub use crate::fields::{About, FieldSource, ReadFields, read_struct, search_fields};
pub use crate::files::{Mount, answer_mount};
pub use crate::guest::{
    CompiledGuest, GuestEvents, GuestTools, GuestTransaction, OfGuest, Pending, ask_guest, ask_guest_as, ask_guests,
    check_guest_settings, connect_guests, event_of_guest, guest_schema, no_guest_event, tell_guest, tell_guests,
};
pub use crate::handler::{
    FormBody, JsonBody, Next, RawBody, Route, TextBody, Work, WorkFacts, answer, answer_body, answer_head, known,
    must_be_known, on_blocking_pool, sendable,
};
pub use crate::jobs::{
    Job, JobFacts, JobRun, Missed, Overlap, Plannable, Planned, Rate, Said, Schedule, ScheduleFacts, Scheduled, Tick,
    Unique, When, Worked, Worker, key_of, no_schedule, told,
};
pub use crate::json::write_text;
pub use crate::lifecycle::{
    Boot, HealthReport, Hooks, Late, Report, Scheduling, Stop, ToolHealth, advance, attach, build, built,
    check_plugin_settings, check_settings, complete, connect, drain, give_up, halt, hand_on, leak, online, open, relay,
    rest, run_here, schedule, set_up, settle, shut_down,
};
pub use crate::manifest::{
    Access, EventFacts, InputFacts, InterceptorFacts, Manifest, Method, Migration, ModelFacts, PluginFacts, ReplyFacts,
    RouteFacts, Scope, StatementFacts, SubscriptionFacts, TableFacts, ToolFacts, meters_are_distinct,
};
pub use crate::meter::{
    CallMeter, CallMetered, DeliveryMeter, EventMetered, Label, Meters, OwnFacts, OwnMeter, OwnMeters, OwnSection,
    OwnSeries, ReplyMetered, RouteMeter, RouteMetered, RunMeter, RunMetered, StatementMeter, StatementMetered, Tally,
    end,
};
pub use crate::plugin::{Down, Identity, Slot};
#[cfg(feature = "ws")]
pub use crate::realtime::answer_socket;
pub use crate::realtime::{answer_events, sending, spoken};
pub use crate::request::{
    Authenticate, Body, Extract, ExtractFacts, FromParam, FromQuery, Head, Inputs, TokenPlaces, json_of, token_places,
};
pub use crate::response::{
    Enveloped, Plain, Reply, ReplyForm, ReplyFunctions, Response, failure, replying, schema_of, takes_media,
};
pub use crate::router::{Methods, Segments, no_route, spells, unavailable};
pub use crate::scalar::read_leaf;
pub use crate::schema::{Bound, Limit, Property, SchemaText, object_schema, schema_id, schema_name};
pub use crate::server::{Respond, ServerHandle};
pub use crate::settings::{
    Environment, FromSetting, InstanceName, Key, Problems, Settings, instance_keys, instance_names,
};
pub use crate::system::Inside;
#[cfg(feature = "testing")]
pub use crate::testing;
pub use crate::tool::Tool;
pub use crate::validation::{
    BodyRules, Check, Probe, ProbedObject, Refusal, Unchecked, Validate, Violations, read_json, reading, rule,
};
pub use {schemars, serde, serde_json};
