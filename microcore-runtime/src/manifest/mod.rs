//! What the wiring knows about the application, as constants: tools, plugins, routes, events, settings, tables.
//!
//! The commands and the tests read it. No request and no event ever does.
//! In: [`Manifest`] and the tables. Out: texts, from pure functions; the same manifest always gives the same text.

mod command;
mod context;
mod event;
mod event_schema;
mod facts;
mod findings;
mod graph;
mod interceptor;
mod own_meters;
mod place;
mod private;
mod route;
mod routes;
mod settings;
mod shape;
mod unchecked;
mod written_tables;

pub use self::command::{COMMANDS, CommandFacts};
pub use self::context::{CONTEXT_LIMIT, context_document, context_of};
pub use self::event_schema::{event_schemas, incompatible};
pub use self::facts::{
    CheckSettings, ColumnFacts, EventFacts, Manifest, Method, Migration, ModelFacts, PluginFacts, ReplyFacts, ShapeOf,
    StatementFacts, SubscriptionFacts, TableFacts, ToolFacts,
};
pub use self::findings::warnings;
pub use self::graph::{Column, Edge, EdgeKind, Graph, Line, Node, NodeKind, Picture, Placed, View};
pub use self::interceptor::{InterceptorFacts, Scope, interceptors};
pub use self::own_meters::meters_are_distinct;
pub(crate) use self::private::types_of;
pub use self::route::{Access, InputFacts, RouteFacts};
pub use self::routes::routes_table;
pub use self::settings::settings_list;
pub(crate) use self::settings::settings_of;
pub use self::shape::{input_shape, output_brief, output_shape, schema_shape};
pub use self::written_tables::tables_of;
