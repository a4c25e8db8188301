//! One schema that is referred to, and the references themselves.

use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::MARK;
use super::direction::Direction;

/// Where schemas stand in the document.
pub(super) const PLACE: &str = "#/components/schemas/";

/// One schema.
pub(super) struct Entry {
    pub(super) direction: Direction,
    /// As schemars had it, with the place of its type.
    pub(super) name: String,
    /// As schemars made it: its references lead to names.
    pub(super) raw: Value,
    /// The same with references to entries.
    pub(super) schema: Value,
    /// The first operation that needed it.
    pub(super) said: String,
    /// Set where the name is another type's too: the operation that it belongs to alone.
    pub(super) apart: Option<String>,
}

/// The name that a reference of schemars' means; it is escaped as a URL and as a JSON pointer.
pub(super) fn target(reference: &str) -> Option<String> {
    let name = percent_decode_str(reference.strip_prefix(PLACE)?).decode_utf8_lossy();
    Some(name.replace("~1", "/").replace("~0", "~"))
}

/// The entry that a reference leads to until names are given.
pub(super) fn marked(reference: &str) -> Option<usize> {
    reference.strip_prefix(MARK)?.parse().ok()
}

/// Every reference of a schema, by the name that it means.
pub(super) fn targets(schema: &Value, found: &mut Vec<String>) {
    match schema {
        Value::Object(object) => {
            found.extend(object.get("$ref").and_then(Value::as_str).and_then(target));
            object.values().for_each(|value| targets(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| targets(value, found)),
        _ => {}
    }
}

/// Lets references lead elsewhere, where `lead` knows better.
pub(super) fn redirect(schema: &mut Value, lead: &impl Fn(&str) -> Option<String>) {
    match schema {
        Value::Object(object) => {
            if let Some(Value::String(target)) = object.get_mut("$ref")
                && let Some(better) = lead(target)
            {
                *target = better;
            }
            object.values_mut().for_each(|value| redirect(value, lead));
        }
        Value::Array(items) => items.iter_mut().for_each(|value| redirect(value, lead)),
        _ => {}
    }
}
