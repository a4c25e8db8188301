//! JSON Schema, as far as these documents use it. In: a document, a schema, a value. Out: a panic where they disagree.

use serde_json::Value;

/// What a reference leads to; anything else is itself.
pub(crate) fn followed<'d>(document: &'d Value, value: &'d Value) -> &'d Value {
    match value["$ref"].as_str() {
        Some(target) => document.pointer(&target[1..]).unwrap_or_else(|| panic!("{target} is nowhere")),
        None => value,
    }
}

/// Panics where `value` is none that `schema` allows, or has a field that it does not know.
#[track_caller]
pub(crate) fn holds(document: &Value, schema: &Value, value: &Value, place: &str) {
    let schema = followed(document, schema);
    if let Some(kinds) = schema["anyOf"].as_array() {
        let null = kinds.iter().any(|kind| kind["type"] == "null");
        let other = kinds.iter().find(|kind| kind["type"] != "null");
        if value.is_null() && null {
            return;
        }
        return holds(document, other.expect("something beside null"), value, place);
    }
    let is = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let may_be = &schema["type"];
    let allowed = may_be == is || may_be.as_array().is_some_and(|all| all.iter().any(|one| one == is));
    assert!(allowed, "{place}: {value} is {is}, not {may_be}");
    for (index, item) in value.as_array().into_iter().flatten().enumerate() {
        holds(document, &schema["items"], item, &format!("{place}/{index}"));
    }
    let Some(fields) = value.as_object() else { return };
    for name in schema["required"].as_array().into_iter().flatten() {
        assert!(fields.contains_key(name.as_str().expect("a name")), "{place}: {name} is missing");
    }
    for (name, field) in fields {
        let schema = &schema["properties"][name];
        assert!(!schema.is_null(), "{place}: `{name}` is in no schema");
        holds(document, schema, field, &format!("{place}/{name}"));
    }
}
