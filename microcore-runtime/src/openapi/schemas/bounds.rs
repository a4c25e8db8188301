//! What a schema says besides its type, so that those see it too who do not know the formats. In: a schema as schemars
//! made it. Out: the same with bounds and patterns.

use serde_json::{Value, json};

use crate::validation::rule::EMAIL_PATTERN;

/// What schemars says of a decimal, where it is read and where it is written.
const DECIMALS: [&str; 2] = [r"^-?\d+(\.\d+)?([eE]\d+)?$", r"^-?\d+(\.\d+)?$"];
/// Up to 28 digits, as JSON writes numbers. An exponent is read too where nothing is lost, which no pattern can say.
const DECIMAL: &str = r"^-?(?!([^0-9]*[0-9]){29})(0|[1-9][0-9]*)(\.[0-9]+)?$";

/// An integer's format says how long it is to those who know; its bounds say it to everybody.
pub(super) fn bounded(mut schema: Value) -> Value {
    bound(&mut schema);
    schema
}

fn bound(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            let bounds = match object.get("format").and_then(Value::as_str) {
                Some("int8") => Some((json!(i8::MIN), json!(i8::MAX))),
                Some("int16") => Some((json!(i16::MIN), json!(i16::MAX))),
                Some("int32") => Some((json!(i32::MIN), json!(i32::MAX))),
                Some("int64" | "int") => Some((json!(i64::MIN), json!(i64::MAX))),
                Some("uint8") => Some((json!(0), json!(u8::MAX))),
                Some("uint16") => Some((json!(0), json!(u16::MAX))),
                Some("uint32") => Some((json!(0), json!(u32::MAX))),
                Some("uint64" | "uint") => Some((json!(0), json!(u64::MAX))),
                _ => None,
            };
            if let Some((least, most)) = bounds {
                object.entry("minimum").or_insert(least);
                object.entry("maximum").or_insert(most);
            }
            // `format` alone is a note; what the rule of the same name refuses must be refused by the schema too.
            if object.get("format").is_some_and(|format| format == "email") {
                object.entry("pattern").or_insert(json!(EMAIL_PATTERN));
            }
            // schemars lets exponents pass, and any number of digits; what reads a decimal does not.
            if object.get("pattern").and_then(Value::as_str).is_some_and(|pattern| DECIMALS.contains(&pattern)) {
                object.insert("pattern".to_owned(), json!(DECIMAL));
            }
            object.values_mut().for_each(bound);
        }
        Value::Array(items) => items.iter_mut().for_each(bound),
        _ => {}
    }
}
