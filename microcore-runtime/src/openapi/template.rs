//! The paths of the document: OpenAPI takes `/users/{id}` and `/users/{name}` for one, so one name stands for both.
//!
//! In: routes. Out: each with the path that it stands under, and its parameters by the names of that path.

use std::collections::HashMap;

use serde_json::Value;

use crate::manifest::RouteFacts;
use crate::router::encoded;

/// The path that each shape was first written with.
#[derive(Default)]
pub(super) struct Templates(HashMap<Vec<String>, String>);

impl Templates {
    /// A catch-all is a parameter that may hold slashes; OpenAPI has no word for that.
    pub(super) fn of(&mut self, route: &RouteFacts) -> &str {
        let path = encoded(route.path).replace("{*", "{");
        let shape = path.split('/').map(|segment| if name(segment).is_some() { "{}" } else { segment }.to_owned());
        self.0.entry(shape.collect()).or_insert(path)
    }
}

/// Calls the path's parameters what the template calls them.
pub(super) fn rename(operation: &mut Value, route: &RouteFacts, template: &str) {
    let renamed: HashMap<&str, &str> = names(route.path).zip(names(template)).collect();
    for parameter in operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten() {
        let to = parameter["name"].as_str().and_then(|own| renamed.get(own)).filter(|_| parameter["in"] == "path");
        if let Some(to) = to {
            parameter["name"] = (*to).into();
        }
    }
}

/// Whether it goes after the others of its shape.
pub(super) fn is_catch_all(route: &RouteFacts) -> bool {
    route.path.contains("{*")
}

fn names(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter_map(name)
}

fn name(segment: &str) -> Option<&str> {
    let name = segment.strip_prefix('{')?.strip_suffix('}')?;
    Some(name.strip_prefix('*').unwrap_or(name))
}
