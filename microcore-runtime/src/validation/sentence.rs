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
    let Some((_, expected)) = said.rsplit_once(", expected ") else {
        return said.chars().take(120).collect();
    };
    let what = match expected {
        "i8" => "an integer from -128 to 127",
        "i16" | "i32" | "i64" | "i128" | "isize" => "an integer",
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
