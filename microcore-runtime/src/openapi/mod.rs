//! The OpenAPI 3.1 document of an application, made of the facts that the manifest has.
//!
//! In: the manifest, whose routes know the schemas of their inputs and replies. Out: JSON.

mod operation;
mod page;
mod schemas;

use serde_json::{Map, Value, json};

use self::operation::operation;
pub(crate) use self::page::{Documents, describe};
use self::schemas::Schemas;
use crate::manifest::{Access, Manifest, RouteFacts};

/// The document.
pub fn document(manifest: &Manifest) -> Value {
    let mut schemas = Schemas::default();
    let mut paths: Map<String, Value> = Map::new();
    let routes = manifest.plugins.iter().flat_map(|plugin| plugin.routes.iter().map(move |route| (plugin, route)));
    // Files are no part of an interface that programs call.
    for (plugin, route) in routes.filter(|(_, route)| !route.is_mount()) {
        // A catch-all is a parameter that may hold slashes; OpenAPI has no word for that.
        let path = route.path.replace("{*", "{");
        let entry = paths.entry(path).or_insert_with(|| json!({}));
        entry[verb(route)] = operation(plugin, route, &mut schemas);
    }
    let mut components = json!({ "schemas": schemas.into_components() });
    let is_guarded = manifest.plugins.iter().flat_map(|plugin| plugin.routes).any(|route| route.access != Access::Open);
    if is_guarded {
        components["securitySchemes"] = json!({
            "bearer": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT" },
        });
    }
    json!({
        "openapi": "3.1.0",
        "info": { "title": manifest.name, "version": manifest.version },
        "paths": paths,
        "components": components,
    })
}

/// Streams of events and sockets are opened with GET.
fn verb(route: &RouteFacts) -> String {
    if route.lasts() { "get".to_owned() } else { route.method.to_ascii_lowercase() }
}

#[cfg(test)]
mod tests;
