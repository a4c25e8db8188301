//! What a client reads of a value that is of another type. In: the field's type, serde's sentence. Out: "must be …".

use std::any::type_name;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::request::FromParam;

/// Of a field with this type.
pub(super) fn field_sentence<T>(said: &str) -> String {
    let of_type = if said.ends_with(", expected a sequence") { None } else { written_as_text::<T>() };
    of_type.map_or_else(|| type_sentence(said), str::to_owned)
}

/// The sentence of the path and the query, for types whose own sentence is about the parser and not about the value.
///
/// By name, because the type of a field need not be `'static`; a name that is not found costs the sentence only.
fn written_as_text<T>() -> Option<&'static str> {
    fn is<T, Written>() -> bool {
        let names = [
            type_name::<Written>(),
            type_name::<Option<Written>>(),
            type_name::<Vec<Written>>(),
            type_name::<Option<Vec<Written>>>(),
        ];
        names.contains(&type_name::<T>())
    }
    macro_rules! first {
        ($($ty:ty)+) => {
            [$((is::<T, $ty>(), <$ty as FromParam>::EXPECTS)),+]
        };
    }
    let known = first!(Date Timestamp Uuid Decimal IpAddr Ipv4Addr Ipv6Addr);
    known.into_iter().find_map(|(is, expects)| is.then_some(expects))
}

/// serde says "invalid type: string \"x\", expected i64"; the client needs the second half, and never its own text back.
pub(crate) fn type_sentence(said: &str) -> String {
    match said.rsplit_once(", expected ") {
        Some((_, expected)) => wanted(expected),
        None if said.starts_with("unknown variant") => "is not valid".to_owned(),
        None => said.chars().take(120).collect(),
    }
}

/// The variants of an enum, of which one must be.
pub(crate) fn one_of(variants: &[&str]) -> String {
    match variants {
        [] => "is not valid".to_owned(),
        [one] => format!("must be `{one}`"),
        [one, other] => format!("must be `{one}` or `{other}`"),
        many => format!("must be one of `{}`", many.join("`, `")),
    }
}

/// What serde expected, in the words of a client.
pub(crate) fn wanted(expected: &str) -> String {
    let what = match expected {
        "i8" => "an integer from -128 to 127",
        "i16" | "i32" | "i64" | "i128" | "isize" => "an integer",
        "u8" => "an integer from 0 to 255",
        "u16" => "an integer from 0 to 65535",
        "u32" | "u64" | "u128" | "usize" => "a whole number",
        "f32" | "f64" => "a number",
        "a boolean" => "true or false",
        "a string" | "a borrowed string" => "a text",
        "a character" => "one character",
        "a sequence" => "a list",
        "a map" => "an object",
        "unit" | "a unit" => "null",
        other if other.starts_with("struct ") || other.starts_with("internally tagged enum ") => "an object",
        other if other.starts_with("variant i") => "one of the names that its type has",
        other if other.starts_with("adjacently tagged enum ") => "an object",
        other if other.starts_with("unit struct ") => "null",
        other if other.starts_with("tuple ") || other.starts_with("a tuple ") => return tuple(other),
        other => other,
    };
    format!("must be {what}")
}

/// "tuple struct Pair with 2 elements", "a tuple of size 2"
fn tuple(expected: &str) -> String {
    let count = expected.split(' ').filter_map(|word| word.parse::<usize>().ok()).next_back();
    count.map_or_else(|| "must be a list".to_owned(), |count| format!("must be a list of {count} items"))
}
