//! What is said of a value in a JSON body that is of another type than the field.

#![allow(missing_docs, dead_code, unreachable_pub, reason = "tests")]

extern crate microcore_runtime as microcore;

use microcore::__private::{Check, serde_json};
use microcore::derives::*;
use microcore::validation::Violations;
use microcore_macros::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
struct Booking {
    id: uuid::Uuid,
    day: jiff::civil::Date,
    until: Option<jiff::Timestamp>,
    price: rust_decimal::Decimal,
    from: std::net::IpAddr,
    days: Vec<jiff::civil::Date>,
    more: Vec<jiff::civil::Date>,
    #[serde(default)]
    level: i8,
}

#[derive(Deserialize)]
struct German {
    #[serde(deserialize_with = "german_date")]
    day: jiff::civil::Date,
}

fn german_date<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<jiff::civil::Date, D::Error> {
    let text = String::deserialize(deserializer)?;
    let day = jiff::civil::Date::strptime("%d.%m.%Y", text);
    day.map_err(|_| serde::de::Error::custom("must be a date such as 31.01.2026"))
}

#[test]
fn a_value_that_is_written_as_text_is_asked_for_in_the_words_of_the_path_and_the_query() {
    let said = |probe: fn(&Value, &mut Violations) -> bool, body: &Value| {
        let mut violations = Violations::default();
        probe(body, &mut violations);
        violations
            .into_errors()
            .iter()
            .map(|error| format!("{} {}: {}", error.field, error.rule, error.message))
            .collect::<Vec<_>>()
    };
    let body = json!({
        "id": "1", "day": "31.01.2026", "until": "2026-01-31", "price": "1,5", "from": "localhost",
        "days": ["2026-01-31", "x"], "more": "2026-01-31", "level": 200,
    });
    let expected = [
        "id type: must be a UUID",
        "day type: must be a date such as 2026-01-31",
        "until type: must be a moment such as 2026-01-31T12:00:00Z",
        "price type: must be a decimal number of up to 28 digits",
        "from type: must be an IP address",
        "days type: must be a date such as 2026-01-31",
        "more type: must be a list",
        "level type: must be an integer from -128 to 127",
    ];
    assert_eq!(said(Check::<Booking>::PROBE, &body), expected);
    assert_eq!(
        said(Check::<German>::PROBE, &json!({"day": "2026-01-31"})),
        ["day type: must be a date such as 31.01.2026"],
        "what reads the field says what it reads"
    );
}
