//! Tokens → declaration. One file per thing that can be written.

mod app;
mod channel;
mod conditional;
mod constructor;
mod doc;
mod escape;
mod event;
mod handler;
mod imports;
mod interceptor;
mod mount;
mod options;
mod own_file;
mod place;
mod plugin;
mod provider;
mod published;
mod queries;
mod signature;
mod source;
mod sql;
mod tool;
mod writes;

pub(crate) use self::app::{AppItem, Choice};
pub(crate) use self::channel::messages;
pub(crate) use self::constructor::{Constructor, Dependency};
pub(crate) use self::doc::{documentation, first_sentence};
pub(crate) use self::event::EventItem;
pub(crate) use self::handler::{Handler, Input, InputKind, Role};
pub(crate) use self::mount::Mount;
pub(crate) use self::place::check_place;
pub(crate) use self::plugin::{PluginImpl, PluginStruct, tool_arguments};
pub(crate) use self::queries::QueriesItem;
pub(crate) use self::source::source_text;
pub(crate) use self::sql::Statement;
pub(crate) use self::tool::{SetupInput, ToolImpl, public_methods};
