//! What the compiler found in an application: routes, events, statements, settings.
//!
//! ```
//! use microcore::application::Application;
//! use microcore::manifest::*;
//!
//! // Rules of one's own, for a test of the application: `open_to_all(&App::MANIFEST)`.
//!
//! /// The routes that take a body of anybody.
//! fn open_to_all(manifest: &Manifest) -> Vec<&'static str> {
//!     let routes = manifest.plugins.iter().flat_map(|plugin: &PluginFacts| plugin.routes);
//!     let takes_a_body = |route: &&RouteFacts| route.inputs.iter().any(|input: &InputFacts| input.place == "body");
//!     let open = routes.filter(takes_a_body).filter(|route| manifest.access(route) == Access::Open);
//!     open.map(|route| route.path).collect()
//! }
//!
//! /// The interceptors that run around every request.
//! fn around_everything(plugin: &PluginFacts) -> Vec<&'static str> {
//!     let everywhere = |one: &&InterceptorFacts| one.scope == Scope::All;
//!     plugin.interceptors.iter().filter(everywhere).map(|one| one.handler).collect()
//! }
//!
//! /// The plugins that hear an event, and the one that answers it.
//! fn hearers(manifest: &Manifest, event: &EventFacts) -> Vec<&'static str> {
//!     let hears = |plugin: &&PluginFacts| {
//!         plugin.subscriptions.iter().any(|one: &SubscriptionFacts| one.event == event.ty)
//!             || plugin.replies.iter().any(|one: &ReplyFacts| one.event == event.ty)
//!     };
//!     manifest.plugins.iter().filter(hears).map(|plugin| plugin.identity.name).collect()
//! }
//!
//! /// The functions whose SQL, their own or that of a model, deletes rows.
//! fn deleting(manifest: &Manifest) -> Vec<&'static str> {
//!     let own = manifest.plugins.iter().flat_map(|plugin| plugin.statements);
//!     let shared = manifest.models.iter().flat_map(|model: &ModelFacts| model.statements);
//!     let deletes = |statement: &&StatementFacts| statement.sql.starts_with("DELETE");
//!     own.chain(shared).filter(deletes).map(|statement| statement.function).collect()
//! }
//!
//! /// The latest migration of a domain.
//! fn latest(manifest: &Manifest, domain: &str) -> Option<&'static Migration> {
//!     let own = manifest.migrations.iter().filter(|migration| migration.domain == domain);
//!     own.max_by_key(|migration| Migration::place(migration.file))
//! }
//!
//! /// The columns that may say who somebody is, for a list of what is kept about people.
//! fn personal<A: Application>() -> microcore::error::Result<Vec<String>> {
//!     let is_personal = |column: &&ColumnFacts| ["birthday", "email", "phone"].contains(&column.name.as_str());
//!     let of = |table: &TableFacts| {
//!         let columns = table.columns.iter().filter(is_personal);
//!         columns.map(|column| format!("{}.{}", table.name, column.name)).collect::<Vec<_>>()
//!     };
//!     Ok(A::tables()?.iter().flat_map(of).collect())
//! }
//! ```

pub use microcore_runtime::manifest::{
    Access, ColumnFacts, EventFacts, InputFacts, InterceptorFacts, Manifest, Method, Migration, ModelFacts,
    PluginFacts, ReplyFacts, RouteFacts, Scope, StatementFacts, SubscriptionFacts, TableFacts, ToolFacts,
};
