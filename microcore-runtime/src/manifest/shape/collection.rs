//! The shapes of objects, maps, lists and tuples.

use serde_json::{Map, Value};

use super::{Shapes, scalar};

impl Shapes<'_> {
    /// `{id: integer, name?: string}`, and `{string: integer}` for a map.
    pub(super) fn object(&mut self, schema: &Map<String, Value>) -> String {
        let none = Map::new();
        let member = |keyword| schema.get(keyword).and_then(Value::as_object).unwrap_or(&none);
        let properties = member("properties");
        let required: Vec<&str> =
            schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();

        let mut fields = Vec::new();
        for name in &required {
            let shape = properties.get(*name).map_or_else(|| "any".to_owned(), |property| self.text(property));
            fields.push(format!("{}: {shape}", key(name)));
        }
        // Sorted here: the map's own order depends on a Cargo feature that any crate of the application may turn on.
        let mut optional: Vec<&String> = properties.keys().filter(|name| !required.contains(&name.as_str())).collect();
        optional.sort();
        for name in optional {
            fields.push(format!("{}?: {}", key(name), self.text(&properties[name])));
        }
        for (pattern, property) in member("patternProperties") {
            fields.push(format!("/{pattern}/: {}", self.text(property)));
        }
        if let Some(rest @ (Value::Object(_) | Value::Bool(true))) = schema.get("additionalProperties") {
            let rest = self.text(rest);
            fields.push(if properties.is_empty() { format!("string: {rest}") } else { format!("…: {rest}") });
        }
        format!("{{{}}}", fields.join(", "))
    }

    /// `[integer]`, `[string](1..10)`, and `[string, integer]` for a tuple.
    pub(super) fn array(&mut self, schema: &Map<String, Value>) -> String {
        if let Some(places) = schema.get("prefixItems").and_then(Value::as_array) {
            let places: Vec<String> = places.iter().map(|place| self.text(place)).collect();
            return format!("[{}]", places.join(", "));
        }
        let item = schema.get("items").map_or_else(|| "any".to_owned(), |item| self.text(item));
        let mut limits = Vec::new();
        limits.extend(scalar::range(schema.get("minItems"), schema.get("maxItems")));
        if schema.get("uniqueItems") == Some(&Value::Bool(true)) {
            limits.push("unique".to_owned());
        }
        scalar::limited(&format!("[{item}]"), &limits)
    }
}

/// A field's name, quoted where it is not a plain word.
fn key(name: &str) -> String {
    let plain = |character: char| character.is_alphanumeric() || matches!(character, '_' | '-' | '$' | '@');
    if !name.is_empty() && name.chars().all(plain) { name.to_owned() } else { Value::from(name).to_string() }
}
