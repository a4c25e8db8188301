//! The schemas of all events, as a document that can be kept beside the sources; and which changes break who kept to it.
//!
//! In: the manifest, and a document of earlier. Out: a document, and one sentence per change that a stored event, or a
//! replica of the earlier version, would not survive.

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value};

use super::Manifest;

/// Every event's JSON Schema by its name, sorted.
pub fn event_schemas(manifest: &Manifest) -> Value {
    let mut all = Map::new();
    let mut events: Vec<_> = manifest.events.iter().collect();
    events.sort_by_key(|event| event.name);
    for event in events {
        // A generator each: an event's schema is whole by itself, and does not change with its neighbours.
        let mut generator =
            SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true).into_generator();
        let schema = (event.shape)(&mut generator);
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
            Some(after) => compare(&format!("event `{event}`"), before, after, &mut found),
        }
    }
    found
}

fn compare(place: &str, before: &Value, after: &Value, found: &mut Vec<String>) {
    let (fields, new_fields) = (&before["properties"], &after["properties"]);
    for (name, field) in fields.as_object().into_iter().flatten() {
        let Some(new_field) = new_fields.get(name) else {
            found.push(format!("{place}: field `{name}` is gone, and replicas of the earlier version ask for it"));
            continue;
        };
        if field["type"] != new_field["type"] {
            found.push(format!("{place}: field `{name}` was {} and is {}", field["type"], new_field["type"]));
        } else if field["properties"].is_object() {
            compare(&format!("{place}, field `{name}`"), field, new_field, found);
        } else if field["items"].is_object() && field["items"]["type"] != new_field["items"]["type"] {
            found.push(format!("{place}: the items of field `{name}` have another type"));
        }
    }
    let required = |schema: &Value| -> Vec<String> {
        let names = schema["required"].as_array().into_iter().flatten();
        names.filter_map(|name| name.as_str().map(ToOwned::to_owned)).collect()
    };
    let before_required = required(before);
    for name in required(after).iter().filter(|name| !before_required.contains(name)) {
        found.push(format!("{place}: field `{name}` is required now, and stored events lack it; make it an `Option`"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn removals_retypings_and_new_demands_are_named() {
        let earlier = json!({
            "user.created": { "properties": { "id": { "type": "integer" }, "email": { "type": "string" }, "old": { "type": "string" } }, "required": ["id"] },
            "user.gone": { "properties": {} }
        });
        let now = json!({
            "user.created": { "properties": { "id": { "type": "string" }, "email": { "type": "string" }, "team": { "type": "integer" } }, "required": ["id", "team"] }
        });
        let found = incompatible(&earlier, &now);
        assert_eq!(found.len(), 4, "{found:#?}");
        assert!(found[0].contains("`id` was \"integer\" and is \"string\""), "{found:#?}");
        assert!(found[1].contains("field `old` is gone") && found[2].contains("`team` is required"), "{found:#?}");
        assert!(found[3].contains("event `user.gone` is gone"), "{found:#?}");
        assert!(incompatible(&now, &now).is_empty());
    }
}
