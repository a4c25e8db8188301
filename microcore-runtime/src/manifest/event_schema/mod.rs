//! The schemas of all events, as a document that can be kept beside the sources; and which changes break who kept to it.
//!
//! In: the manifest, and a document of earlier. Out: a document, and one sentence per change that a stored event, or a
//! replica of the earlier version, would not survive.

mod alternative;
mod comparison;
#[cfg(test)]
mod tests;

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value};

use self::comparison::Comparison;
use super::Manifest;
use crate::schema::without_booleans;

/// Every event's JSON Schema by its name, sorted.
pub fn event_schemas(manifest: &Manifest) -> Value {
    let mut all = Map::new();
    let mut events: Vec<_> = manifest.events.iter().collect();
    events.sort_by_key(|event| event.name);
    for event in events {
        // A generator each: an event's schema is whole by itself, and does not change with its neighbours.
        let mut generator =
            SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true).into_generator();
        let mut schema = (event.shape)(&mut generator);
        // A type inside itself can't stand in its own place.
        let inside_themselves = generator.take_definitions(true);
        if !inside_themselves.is_empty() {
            schema.insert("$defs".to_owned(), inside_themselves.into());
        }
        without_booleans(&mut schema);
        all.insert(event.name.to_owned(), schema.to_value());
    }
    Value::Object(all)
}

/// What breaks between two documents: each sentence names event and field.
pub fn incompatible(earlier: &Value, now: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for (event, before) in earlier.as_object().into_iter().flatten() {
        match now.get(event) {
            None => found.push(format!("event `{event}` is gone: what is stored under this name could not be read")),
            Some(after) => found.extend(Comparison::of(&format!("event `{event}`"), before, after)),
        }
    }
    found
}
