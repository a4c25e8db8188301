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
    if before["type"] != after["type"] {
        found.push(format!("{place} was {} and is {}", before["type"], after["type"]));
        return;
    }
    if before["format"] != after["format"] {
        found.push(format!("{place} had the format {} and has {}", before["format"], after["format"]));
    }
    for list in ["enum", "oneOf", "anyOf"] {
        let now = after[list].as_array();
        let gone = |value: &&Value| !now.is_some_and(|now| now.contains(value));
        for value in before[list].as_array().into_iter().flatten().filter(gone) {
            found.push(format!("{place} may not be {value} any more"));
        }
    }
    for (name, field) in before["properties"].as_object().into_iter().flatten() {
        match after["properties"].get(name) {
            None => {
                found.push(format!("{place}: field `{name}` is gone, and replicas of the earlier version ask for it"));
            }
            Some(now) => compare(&format!("{place}: field `{name}`"), field, now, found),
        }
    }
    for (list, of) in [("items", "an item of"), ("additionalProperties", "a value of")] {
        if before[list].is_object() {
            compare(&format!("{of} {place}"), &before[list], &after[list], found);
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

    #[test]
    fn what_hides_below_a_field_is_found() {
        let event = |field: Value| json!({ "order.placed": { "type": "object", "properties": { "it": field } } });
        let number = |format: &str| json!({ "type": "integer", "format": format });
        let list = |items: Value| json!({ "type": "array", "items": items });
        let state = |states: &[&str]| json!({ "type": "string", "enum": states });
        for (earlier, now, said) in [
            (number("int64"), number("uint8"), "field `it` had the format \"int64\" and has \"uint8\""),
            (
                list(number("int64")),
                list(json!({ "type": "string" })),
                "an item of event `order.placed`: field `it` was",
            ),
            (state(&["open", "paid"]), state(&["open"]), "field `it` may not be \"paid\" any more"),
        ] {
            let found = incompatible(&event(earlier), &event(now));
            assert!(found.len() == 1 && found[0].contains(said), "{found:#?}");
        }
        assert!(incompatible(&event(state(&["open"])), &event(state(&["open", "paid"]))).is_empty());
    }
}
