//! Which text is which value, in every place where one is read.

use std::collections::BTreeMap;
use std::fmt::Debug;

use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::Leaf;
use crate::error::InputPlace;
use crate::json::read_json;
use crate::request::{Body, FromParam, Head, Inputs, urlencoded};
use crate::settings::FromSetting;

fn head(target: &str) -> Head {
    http::Request::get(target).body(()).unwrap().into_parts().0
}

fn encoded(text: &str) -> String {
    percent_encoding::percent_encode(text.as_bytes(), percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// Read as a path segment and as a query parameter.
fn in_the_target<T: FromParam>(text: &str) -> [(&'static str, Option<T>); 2] {
    let text = encoded(text);
    let head = head(&format!("/?v={text}"));
    let mut inputs = Inputs::new(&head, Body::of(""));
    [("path", inputs.path("v", &text)), ("query", inputs.query("v"))]
}

/// Read as the field of a struct.
trait Placed: Sized {
    fn in_form(encoded: &str) -> Option<Self>;
    fn in_body(json: &str) -> Option<Self>;
}

macro_rules! placed {
    ($($ty:ty)+) => {$(
        impl Placed for $ty {
            fn in_form(encoded: &str) -> Option<Self> {
                #[derive(microcore_macros::Deserialize)]
                struct Form {
                    v: $ty,
                }
                let form = urlencoded::read::<Form>(&format!("v={encoded}"), InputPlace::Body, |_, _| false);
                form.ok().map(|form| form.v)
            }

            fn in_body(json: &str) -> Option<Self> {
                #[derive(microcore_macros::Deserialize)]
                struct Object {
                    v: $ty,
                }
                read_json::<Object>(format!("{{\"v\":{json}}}").as_bytes()).ok().map(|object| object.v)
            }
        }
    )+};
}

placed! { f32 f64 u8 i64 u64 Date Timestamp Uuid Decimal }

fn in_json<T: DeserializeOwned>(json: &str) -> Option<T> {
    let mut reader = serde_json::Deserializer::from_str(json);
    let value = T::deserialize(Leaf(&mut reader)).ok()?;
    reader.end().ok().map(|()| value)
}

/// The value of the text wherever a text is read; all places must agree.
fn everywhere<T: FromParam + Placed + DeserializeOwned + PartialEq + Debug>(text: &str) -> Option<T> {
    let [(_, value), (_, query)] = in_the_target::<T>(text);
    assert_eq!(query, value, "query {text}");
    assert_eq!(T::in_form(&encoded(text)), value, "form {text}");
    value
}

/// The same for what JSON writes as a text.
fn as_text<T: FromParam + Placed + DeserializeOwned + PartialEq + Debug>(text: &str) -> Option<T> {
    let value = everywhere(text);
    let quoted = serde_json::to_string(text).unwrap();
    assert_eq!(in_json(&quoted), value, "JSON {text}");
    assert_eq!(T::in_body(&quoted), value, "field in JSON {text}");
    let inside: Option<Vec<BTreeMap<String, Option<T>>>> = in_json(&format!("[{{\"a\":{quoted}}}]"));
    assert_eq!(inside.map(|mut list| list.remove(0).remove("a").flatten().unwrap()), value, "inside JSON {text}");
    value
}

/// The same for what JSON writes as a number.
fn as_number<T: FromParam + FromSetting + Placed + DeserializeOwned + PartialEq + Debug>(text: &str) -> Option<T> {
    let value = everywhere(text);
    // Spaces around a value are no part of it in JSON and in a setting.
    if text.trim() == text {
        assert_eq!(in_json(text), value, "JSON {text}");
        assert_eq!(T::in_body(text), value, "field in JSON {text}");
        assert_eq!(T::from_setting(text), value, "setting {text}");
    }
    value
}

#[test]
fn a_number_is_written_as_json_writes_it_and_is_finite() {
    for (text, number) in [
        ("0", 0.0),
        ("-0", -0.0),
        ("1.5", 1.5),
        ("-12.50e+2", -1250.0),
        ("1E3", 1000.0),
        ("1e-400", 0.0),
        ("1.7976931348623157e308", f64::MAX),
    ] {
        assert_eq!(as_number::<f64>(text).map(f64::to_bits), Some(number.to_bits()), "{text}");
    }
    let wrong = [
        "", "NaN", "nan", "-NaN", "inf", "-inf", "infinity", "Infinity", "+1", "+1.5", ".5", "1.", "-.5", "-", "01",
        "-01", "1e", "1e+", "1_000", "1,5", "0x10", " 1", "1 ", "1e999", "-1e999", "1.8e308", "1f", "\u{661}",
    ];
    for text in wrong {
        assert_eq!(as_number::<f64>(text), None, "{text}");
        assert_eq!(as_number::<f32>(text), None, "{text}");
    }
    assert_eq!(as_number::<f32>("3.4e38"), Some(3.4e38));
    assert_eq!(as_number::<f32>("1e39"), None);
}

#[test]
fn an_integer_has_no_plus_and_no_zero_in_front() {
    for (text, number) in [("0", 0), ("7", 7), ("-7", -7), ("-9223372036854775808", i64::MIN)] {
        assert_eq!(as_number::<i64>(text), Some(number), "{text}");
    }
    for text in ["", "+7", "007", "00", "-0", "-07", "7.0", "7e0", "0x7", "1_000", " 7", "7 ", "9223372036854775808"] {
        assert_eq!(as_number::<i64>(text), None, "{text}");
        assert_eq!(as_number::<u64>(text).filter(|_| text != "9223372036854775808"), None, "{text}");
    }
    assert_eq!(as_number::<u8>("256"), None);
    assert_eq!(as_number::<u64>("-1"), None);
}

#[test]
fn a_date_is_a_full_date_of_rfc_3339() {
    assert_eq!(as_text("2024-02-29"), Some(Date::constant(2024, 2, 29)));
    for text in [
        "2026-02-29",
        "2026-1-31",
        "20260131",
        "2026-01-31T23:30:00-05:00",
        "2026-01-31T00:00:00Z",
        "2026-01-31 ",
        " 2026-01-31",
        "+2026-01-31",
        "-002026-01-31",
        "+002026-01-31",
        "2026-01-31[UTC]",
        "2026-W05-6",
        "2026-031",
        "",
        "\u{662}026-01-31",
        "2026/01/31",
        "2026-13-01",
        "2026-00-10",
        "2026-01-00",
    ] {
        assert_eq!(as_text::<Date>(text), None, "{text}");
    }
}

#[test]
fn a_moment_is_a_date_time_of_rfc_3339() {
    let moment = |text: &str| Some(text.parse::<Timestamp>().unwrap());
    for (text, same) in [
        ("2026-01-31T12:00:00Z", "2026-01-31T12:00:00Z"),
        ("2026-01-31t12:00:00z", "2026-01-31T12:00:00Z"),
        ("2026-01-31T12:00:00.5+02:00", "2026-01-31T10:00:00.5Z"),
        ("2026-01-31T12:00:00.123456789Z", "2026-01-31T12:00:00.123456789Z"),
        ("2026-01-31T12:00:00-00:00", "2026-01-31T12:00:00Z"),
        ("2026-01-31T00:30:00+23:59", "2026-01-30T00:31:00Z"),
        ("0000-01-01T00:00:00Z", "0000-01-01T00:00:00Z"),
        // A leap second, which clocks show as the second before it.
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z"),
        ("2017-01-01T01:59:60+02:00", "2016-12-31T23:59:59Z"),
        ("9999-12-30T22:00:00Z", "9999-12-30T22:00:00Z"),
    ] {
        assert_eq!(as_text::<Timestamp>(text), moment(same), "{text}");
    }
    for last in ["9999-12-31T23:59:59Z", "9999-12-31T23:59:59.999999999Z", "9999-12-31T23:59:59-12:00"] {
        assert_eq!(as_text::<Timestamp>(last), Some(Timestamp::MAX), "{last}");
    }
    for text in [
        "",
        "2026-01-31",
        "2026-01-31T12:00:00",
        "2026-01-31 12:00:00Z",
        "2026-01-31T12:00Z",
        "2026-01-31T12Z",
        "20260131T120000Z",
        "2026-01-31T12:00:00+02",
        "2026-01-31T12:00:00+0200",
        "2026-01-31T12:00:00+02:00:00",
        "2026-01-31T12:00:00+24:00",
        "2026-01-31T12:00:00+02:60",
        "2026-01-31T12:00:00,5Z",
        "2026-01-31T12:00:00.Z",
        "2026-01-31T12:00:00.1234567890Z",
        "2026-01-31T24:00:00Z",
        "2026-01-31T12:60:00Z",
        "2026-01-31T12:00:61Z",
        "2026-01-31T12:00:60Z",
        "2026-01-30T23:59:60Z",
        "2026-01-31T12:00:00Z[UTC]",
        "2026-01-31T12:00:00+02:00[Europe/Berlin]",
        " 2026-01-31T12:00:00Z",
        "2026-01-31T12:00:00Z ",
        "+002026-01-31T12:00:00Z",
        "-000001-01-31T12:00:00Z",
        "2026-02-29T12:00:00Z",
        "2026-01-31T12:00:00\u{2212}05:00",
        "1769860800",
    ] {
        assert_eq!(as_text::<Timestamp>(text), None, "{text}");
    }
}

#[test]
fn an_id_is_written_in_five_groups() {
    let id = "67e55044-10b1-426f-9247-bb680e5fe0c8";
    assert_eq!(as_text::<Uuid>(id), Some(id.parse().unwrap()));
    assert_eq!(as_text::<Uuid>(&id.to_uppercase()), Some(id.parse().unwrap()));
    for text in [&id.replace('-', ""), &format!("{{{id}}}"), &format!("urn:uuid:{id}"), &id[1..], "", &format!("{id} ")]
    {
        assert_eq!(as_text::<Uuid>(text), None, "{text}");
    }
}

#[test]
fn a_decimal_is_exact_or_refused() {
    let most = "79228162514264337593543950335";
    for (text, kept) in [
        ("0", "0"),
        ("-12.50", "-12.50"),
        ("12345678901234567.89", "12345678901234567.89"),
        ("0.1234567890123456789012345678", "0.1234567890123456789012345678"),
        ("1e3", "1000"),
        ("1.5E-2", "0.015"),
        ("12e+2", "1200"),
        ("0e999999999999", "0"),
        ("1.50000000000000000000000000000000000000", "1.500000000000000000000000000"),
        (most, most),
    ] {
        let read = as_text::<Decimal>(text).map(|number| number.to_string());
        assert_eq!(read.as_deref(), Some(kept), "{text}");
        let number = in_json::<Decimal>(text).map(|number| number.to_string());
        assert_eq!(number.as_deref(), Some(kept), "JSON number {text}");
    }
    for text in [
        "",
        "1_000",
        "1,5",
        "+1",
        ".5",
        "1.",
        "01",
        "NaN",
        "inf",
        " 1",
        "1 ",
        "0x10",
        "1e",
        "1e29",
        "1e-29",
        "1e999999999999999999999",
        "0.12345678901234567890123456789",
        "79228162514264337593543950336",
        "1234567890.12345678901234567890123",
        "$1",
    ] {
        assert_eq!(as_text::<Decimal>(text), None, "{text}");
        if text.trim() == text {
            assert_eq!(in_json::<Decimal>(text), None, "JSON number {text}");
        }
    }
    for other in ["null", "true", "[1]", "{\"$serde_json::private::RawValue\":\"1\"}", "{}"] {
        assert_eq!(in_json::<Decimal>(other), None, "{other}");
    }
}

proptest::proptest! {
    /// What is read of a number is that number, as another library reads it, or nothing.
    #[test]
    fn a_decimal_that_is_read_is_the_number_that_was_sent(text in "-?[0-9]{1,31}(\\.[0-9]{1,31})?(e-?[0-9]{1,2})?") {
        if let Some(read) = as_text::<Decimal>(&text) {
            let sent: f64 = text.parse().unwrap();
            let read: f64 = read.to_string().parse().unwrap();
            assert!((sent - read).abs() <= sent.abs() * 1e-15, "{text}: {read}");
        }
    }

    /// What this and jiff both read is the same moment.
    #[test]
    fn a_moment_is_the_one_that_jiff_reads(text in "[0-9]{4}-(0[1-9]|1[0-2])-[0-3][0-9][Tt ][0-2][0-9]:[0-6][0-9]:[0-5][0-9](\\.[0-9]{1,10})?([zZ]|[+-][0-2][0-9](:[0-6][0-9])?)") {
        if let (Some(ours), Ok(theirs)) = (super::timestamp(&text), text.parse::<Timestamp>()) {
            assert_eq!(ours, theirs);
        }
    }
}
