//! The OpenAPI 3.1 document of an application, made of the facts that the manifest has.
//!
//! In: the manifest, whose routes know the schemas of their inputs and replies, and where tokens stand.
//! Out: JSON.

#[cfg(feature = "docs")]
mod asset;
mod failures;
mod guests;
mod operation;
mod page;
mod parameters;
mod responses;
mod schemas;
mod security;
mod template;

use serde_json::{Map, Value, json};

use self::operation::operation;
pub(crate) use self::page::{Documents, describe};
use self::schemas::{Clash, Schemas};
use self::template::{Templates, is_catch_all, rename};
use crate::manifest::{Manifest, RouteFacts};
use crate::request::TokenPlaces;
use crate::response::{Enveloped, ReplyFunctions};

/// The document. `places` is where the tool `auth` looks for a token.
pub fn document(manifest: &Manifest, places: Option<&TokenPlaces>) -> Value {
    written(manifest, places).0
}

/// The types that the document can't tell apart by their names, a sentence each.
pub fn clashes(manifest: &Manifest) -> Vec<String> {
    written(manifest, None).1.iter().map(ToString::to_string).collect()
}

static ENVELOPED: ReplyFunctions = ReplyFunctions::of::<Enveloped>();

fn written(manifest: &Manifest, places: Option<&TokenPlaces>) -> (Value, Vec<Clash>) {
    let usual = TokenPlaces::default();
    let places = places.unwrap_or(&usual);
    let mut schemas = Schemas::default();
    let mut paths: Map<String, Value> = Map::new();
    // What tells about events is there where there are events.
    let system = manifest.needs_tool("bus").then_some(&crate::system::FACTS);
    let all =
        manifest.plugins.iter().chain(system).flat_map(|plugin| plugin.routes.iter().map(move |route| (plugin, route)));
    // Files are no part of an interface that programs call.
    let all = all.filter(|(_, route)| !route.is_mount());
    let mut routes: Vec<_> =
        all.map(|(plugin, route)| (plugin, RouteFacts { access: manifest.access(route), ..*route })).collect();
    routes.sort_by_key(|(_, route)| is_catch_all(route));
    let mut templates = Templates::default();
    for (plugin, route) in &routes {
        let path = templates.of(route);
        let entry = paths.entry(path).or_insert_with(|| json!({}));
        // A catch-all behind a parameter of the same method and shape can't be told from it.
        if entry.get(verb(route)).is_none() {
            // The system pages reply in the default's shape, whatever that of the application is.
            let is_own = system.is_some_and(|own| std::ptr::eq(own, *plugin));
            let replies = if is_own { &ENVELOPED } else { &manifest.replies };
            let mut operation = operation(plugin, route, places, replies, &mut schemas);
            rename(&mut operation, route, path);
            entry[verb(route)] = operation;
        }
    }
    let routes = || routes.iter().map(|(_, route)| route);
    let (schemas, clashes) = schemas.finish(&mut paths, (manifest.replies.failure_schema)());
    let mut components =
        json!({ "responses": failures::components(routes(), manifest.replies.failure_media), "schemas": schemas });
    if let Some(schemes) = security::schemes(routes(), places) {
        components["securitySchemes"] = schemes;
    }
    let mut document = json!({
        "openapi": "3.1.0",
        "info": { "title": manifest.name, "version": manifest.version },
        "paths": paths,
        "components": components,
    });
    // The same in every build: a crate beside this one may ask serde_json to keep the order of insertion, for all.
    document.sort_all_objects();
    (document, clashes)
}

/// Streams of events and sockets are opened with GET.
fn verb(route: &RouteFacts) -> String {
    if route.lasts() { "get".to_owned() } else { route.method.to_ascii_lowercase() }
}

#[cfg(test)]
mod tests;
