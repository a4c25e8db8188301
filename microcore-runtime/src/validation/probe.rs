//! The slow path after a body was refused: every field is read on its own, so that every mistake is named at once.
//!
//! In: the JSON. Out: violations `required`, `type`, `unknown`, and those of the field's own rules.

use serde::de::value::Error as MissingError;
use serde::de::{Deserialize, Deserializer, Error as _, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::{Map, Value};

use super::Violations;

/// A type whose JSON can be searched for mistakes; `#[derive(Deserialize)]` writes the implementation for plain structs.
pub trait Probe {
    /// Adds a violation for each mistake in `value`.
    fn probe(value: &Value, violations: &mut Violations);
}

impl<T: Probe> Probe for Option<T> {
    fn probe(value: &Value, violations: &mut Violations) {
        if !value.is_null() {
            T::probe(value, violations);
        }
    }
}

impl<T: Probe> Probe for Box<T> {
    fn probe(value: &Value, violations: &mut Violations) {
        T::probe(value, violations);
    }
}

impl<T: Probe> Probe for Vec<T> {
    fn probe(value: &Value, violations: &mut Violations) {
        let Value::Array(items) = value else {
            return violations.add("", "type", "must be a list");
        };
        for (index, item) in items.iter().enumerate() {
            violations.within(index, |violations| T::probe(item, violations));
        }
    }
}

/// The object, or the violation that it must be one.
pub fn probe_object<'a>(value: &'a Value, violations: &mut Violations) -> Option<&'a Map<String, Value>> {
    let object = value.as_object();
    if object.is_none() {
        violations.add("", "type", "must be an object");
    }
    object
}

/// Reads one field: `names` are its name and aliases, `deeper` searches inside a value that `read` refuses.
pub fn probe_field<'a, T>(
    object: &'a Map<String, Value>,
    names: &[&'static str],
    missing: fn() -> bool,
    read: impl FnOnce(&'a Value) -> Result<T, serde_json::Error>,
    deeper: fn(&Value, &mut Violations) -> bool,
    rules: impl FnOnce(&T, &mut Violations),
    violations: &mut Violations,
) {
    let shown = names.first().copied().unwrap_or_default();
    let Some(value) = names.iter().find_map(|name| object.get(*name)) else {
        if !missing() {
            violations.add(shown, "required", "is required");
        }
        return;
    };
    match read(value) {
        Ok(value) => rules(&value, violations),
        Err(error) => {
            let mut found = false;
            violations.within(shown, |violations| found = deeper(value, violations));
            if !found {
                violations.add(shown, "type", type_sentence(&error.to_string()));
            }
        }
    }
}

/// Whether a field of this type may be left out, as serde itself decides it: by asking for an `Option`.
pub fn may_be_missing<'de, T: Deserialize<'de>>() -> bool {
    T::deserialize(Missing).is_ok()
}

/// Adds a violation for each key that is no field, where the struct denies those.
pub fn refuse_unknown(object: &Map<String, Value>, known: &[&str], violations: &mut Violations) {
    for key in object.keys().filter(|key| !known.contains(&key.as_str())) {
        violations.within(key, |violations| violations.add("", "unknown", "is not a field"));
    }
}

struct Missing;

impl<'de> Deserializer<'de> for Missing {
    type Error = MissingError;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, MissingError> {
        Err(MissingError::custom("missing"))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, MissingError> {
        visitor.visit_none()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// serde says "invalid type: string \"x\", expected i64"; the client needs the second half, and never its own text back.
fn type_sentence(said: &str) -> String {
    let Some((_, expected)) = said.rsplit_once(", expected ") else {
        return said.chars().take(120).collect();
    };
    let what = match expected {
        "i8" | "i16" | "i32" | "i64" | "i128" | "isize" => "an integer",
        "u8" => "an integer from 0 to 255",
        "u16" => "an integer from 0 to 65535",
        "u32" | "u64" | "u128" | "usize" => "a whole number",
        "f32" | "f64" => "a number",
        "a boolean" => "true or false",
        "a string" | "a borrowed string" => "a text",
        "a sequence" => "a list",
        "a map" => "an object",
        other if other.starts_with("struct ") => "an object",
        other => other,
    };
    format!("must be {what}")
}
