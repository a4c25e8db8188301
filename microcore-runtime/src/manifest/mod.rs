//! What the wiring knows about the application, as constants: tools, plugins, routes, events, settings, tables.
//!
//! The commands and the tests read it. No request and no event ever does.

mod facts;

pub use self::facts::{
    ColumnFacts, EventFacts, InputFacts, Manifest, Method, Migration, PluginFacts, ReplyFacts, RouteFacts, ShapeOf,
    SubscriptionFacts, TableFacts, ToolFacts,
};
