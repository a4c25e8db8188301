//! The shapes of texts and numbers, with what limits them in parentheses.

use serde_json::{Map, Value};

/// `string`, `string(email)`, `string(1..200)`.
pub(super) fn string(schema: &Map<String, Value>) -> String {
    let mut limits = Vec::new();
    limits.extend(schema.get("format").and_then(Value::as_str).map(str::to_owned));
    limits.extend(range(schema.get("minLength"), schema.get("maxLength")));
    limits.extend(schema.get("pattern").and_then(Value::as_str).map(|pattern| format!("/{pattern}/")));
    limited("string", &limits)
}

/// `integer`, `integer(0..)`, `number(>0..1)`. The width of the Rust type is no news to a client.
pub(super) fn number(ty: &str, schema: &Map<String, Value>) -> String {
    let bound = |plain: &str, exclusive: &str, mark: &str| {
        let plain = schema.get(plain).map(written);
        plain.or_else(|| schema.get(exclusive).map(|value| format!("{mark}{}", written(value))))
    };
    let low = bound("minimum", "exclusiveMinimum", ">");
    let high = bound("maximum", "exclusiveMaximum", "<");
    let mut limits = Vec::new();
    limits.extend(between(low, high));
    limits.extend(schema.get("multipleOf").map(|step| format!("multiple of {}", written(step))));
    limited(ty, &limits)
}

/// `1..200`, `1..`, `..200`, or `5` where both ends are the same.
pub(super) fn range(low: Option<&Value>, high: Option<&Value>) -> Option<String> {
    between(low.map(written), high.map(written))
}

/// `shape(limit, limit)`, or the shape alone.
pub(super) fn limited(shape: &str, limits: &[String]) -> String {
    if limits.is_empty() { shape.to_owned() } else { format!("{shape}({})", limits.join(", ")) }
}

fn between(low: Option<String>, high: Option<String>) -> Option<String> {
    match (low, high) {
        (None, None) => None,
        (Some(low), Some(high)) if low == high => Some(low),
        (low, high) => Some(format!("{}..{}", low.unwrap_or_default(), high.unwrap_or_default())),
    }
}

/// `1.0` is written `1`.
fn written(number: &Value) -> String {
    let text = number.to_string();
    text.strip_suffix(".0").map_or_else(|| text.clone(), str::to_owned)
}
