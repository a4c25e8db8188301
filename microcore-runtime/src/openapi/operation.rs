//! One route → one operation: what it is, what it reads, what it answers, who may ask.

use serde_json::{Map, Value, json};

use super::parameters::{body, parameters};
use super::responses::responses;
use super::schemas::Schemas;
use super::security;
use crate::manifest::{PluginFacts, RouteFacts};
use crate::request::TokenPlaces;
use crate::response::ReplyFunctions;

pub(super) fn operation(
    plugin: &PluginFacts,
    route: &RouteFacts,
    places: &TokenPlaces,
    replies: &ReplyFunctions,
    schemas: &mut Schemas,
) -> Value {
    let mut operation = Map::new();
    let plugin_name = plugin.identity.name;
    schemas.enter(operation_id(plugin, route), format!("`{} {}` ({plugin_name})", route.method, route.path));
    let mut add = |key: &str, value: Value| drop(operation.insert(key.to_owned(), value));
    add("operationId", operation_id(plugin, route).into());
    add("tags", json!([route.tag.unwrap_or(plugin.identity.domain)]));
    if !route.doc.is_empty() {
        add("summary", route.doc.into());
    }
    let description: Vec<String> =
        [Some(route.more.to_owned()), security::roles(route.access)].into_iter().flatten().collect();
    let description = description.join("\n\n");
    if !description.is_empty() {
        add("description", description.trim().into());
    }
    if route.deprecated {
        add("deprecated", true.into());
    }
    let parameters = parameters(route, schemas);
    if !parameters.is_empty() {
        add("parameters", parameters.into());
    }
    if let Some(body) = body(route, schemas) {
        add("requestBody", body);
    }
    add("responses", responses(route, replies, schemas));
    if let Some(security) = security::required(route, places) {
        add("security", security);
    }
    operation.into()
}

/// `users.create_user.execute.post`: unique, and the same as long as file and function keep their names.
fn operation_id(plugin: &PluginFacts, route: &RouteFacts) -> String {
    format!("{}.{}.{}", plugin.identity.name, route.handler, route.method.to_ascii_lowercase())
}
