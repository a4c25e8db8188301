//! What was declared: plain data with spans.
//!
//! A declaration travels from an attribute to the wiring as tokens, so each type here can print itself and read itself
//! back; both directions stand side by side in one file, so that they can't drift apart.

mod event;
mod interceptor;
mod job;
mod name;
mod path_pattern;
mod plugin;
mod queries;
mod schedule;
mod statement;

pub(crate) use self::event::EventDecl;
pub(crate) use self::interceptor::{InterceptorDecl, Reads, Scope};
pub(crate) use self::job::JobDecl;
pub(crate) use self::name::{ident, shown};
pub(crate) use self::path_pattern::{PathPattern, Segment};
pub(crate) use self::plugin::{PluginDecl, RouteDecl, SubscriptionDecl};
pub(crate) use self::queries::QueriesDecl;
pub(crate) use self::schedule::ScheduleDecl;
pub(crate) use self::statement::StatementDecl;
