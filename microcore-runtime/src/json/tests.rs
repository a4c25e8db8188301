//! What is said of a JSON text that is of another shape, by kind of type.

use std::collections::BTreeMap;

use super::{Unread, read_json};
use microcore_macros::Deserialize;

fn said<T: serde::de::DeserializeOwned>(text: &str) -> String {
    match read_json::<T>(text.as_bytes()) {
        Ok(_) => "read".to_owned(),
        Err(Unread::Malformed(error)) => format!("malformed: {error}"),
        Err(Unread::Refused { first, .. }) => format!("{} {}: {}", first.pointer, first.rule, first.message),
    }
}

#[derive(Debug, Deserialize)]
#[allow(dead_code, reason = "read only")]
enum Outer {
    Nothing,
    One(u8),
    Two(u8, String),
    Named { a: u8, day: jiff::civil::Date },
    Inner(Plain),
}

#[derive(Debug, Deserialize)]
#[allow(dead_code, reason = "read only")]
struct Plain {
    a: u8,
    b: Option<Vec<Outer>>,
}

#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
#[allow(dead_code, reason = "read only")]
enum Inside {
    One { a: u8, day: Option<jiff::civil::Date> },
    Two(Plain),
    Three,
}

#[derive(Debug, Deserialize)]
#[serde(tag = "t", content = "c")]
#[allow(dead_code, reason = "read only")]
enum Beside {
    One(u8),
    Two { a: u8 },
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
#[allow(dead_code, reason = "read only")]
enum Either {
    Number(u8),
    Day { day: jiff::civil::Date },
    Price { price: rust_decimal::Decimal },
}

#[derive(Debug, Deserialize)]
#[allow(dead_code, reason = "read only")]
struct Flat {
    id: u8,
    #[serde(flatten)]
    rest: Plain,
}

#[test]
fn an_enum_with_its_name_outside_says_its_names_and_where_its_content_is_wrong() {
    let names = " type: must be one of `Nothing`, `One`, `Two`, `Named`, `Inner`";
    for text in ["{}", "\"secret\"", "{\"secret\":1}", "7", "null", "[]", "{\"One\":1,\"Two\":2}", "true"] {
        assert_eq!(said::<Outer>(text), names, "{text}");
    }
    for (text, expected) in [
        ("\"Nothing\"", "read"),
        ("{\"Nothing\":null}", "read"),
        ("{\"One\":\"secret\"}", "/One type: must be an integer from 0 to 255"),
        ("{\"One\":300}", "/One type: must be an integer from 0 to 255"),
        ("{\"Two\":[1]}", "/Two type: must be a list of 2 items"),
        ("{\"Two\":[1,2]}", "/Two/1 type: must be a text"),
        ("{\"Two\":[1,\"a\",3]}", "/Two type: must be fewer items"),
        ("{\"Named\":{}}", "/Named/a required: is required"),
        ("{\"Named\":{\"a\":1,\"a\":2}}", "/Named/a repeated: must be given once"),
        (
            "{\"Named\":{\"a\":1,\"day\":\"2026-01-31T00:00:00Z\"}}",
            "/Named/day type: must be a date such as 2026-01-31",
        ),
        (
            "{\"Inner\":{\"a\":1,\"b\":[\"Nothing\",{\"One\":-1}]}}",
            "/Inner/b/1/One type: must be an integer from 0 to 255",
        ),
        ("{\"One\":1", "malformed: EOF while parsing an object at line 1 column 8"),
    ] {
        assert_eq!(said::<Outer>(text), expected, "{text}");
    }
}

#[test]
fn an_enum_with_a_tag_inside_blames_the_tag_or_a_field() {
    for (text, expected) in [
        ("{\"kind\":\"three\"}", "read"),
        ("{\"kind\":\"one\",\"a\":1,\"day\":\"2026-01-31\"}", "read"),
        ("{}", "/kind required: is required"),
        ("{\"kind\":\"secret\"}", "/kind type: must be one of `one`, `two`, `three`"),
        ("{\"kind\":7}", "/kind type: must be one of the names that its type has"),
        ("{\"kind\":\"one\"}", "/a required: is required"),
        ("{\"kind\":\"one\",\"a\":\"secret\"}", " type: has a value that must be an integer from 0 to 255"),
        (
            "{\"kind\":\"one\",\"a\":1,\"day\":\"31.01.2026\"}",
            " type: has a value that must be a date such as 2026-01-31",
        ),
        ("{\"kind\":\"one\",\"kind\":\"one\"}", "/kind repeated: must be given once"),
        ("{\"kind\":\"two\",\"b\":[]}", " required: must have no part in which `a` is required"),
        ("[]", "/kind required: is required"),
        ("7", " type: must be an object"),
    ] {
        assert_eq!(said::<Inside>(text), expected, "{text}");
    }
}

#[test]
fn an_enum_with_its_tag_beside_its_content_blames_either() {
    for (text, expected) in [
        ("{\"t\":\"One\",\"c\":1}", "read"),
        ("{\"c\":1,\"t\":\"One\"}", "read"),
        ("{}", "/t required: is required"),
        ("{\"t\":\"secret\",\"c\":1}", "/t type: must be `One` or `Two`"),
        ("{\"t\":\"One\"}", "/c required: is required"),
        ("{\"t\":\"One\",\"c\":\"secret\"}", "/c type: must be an integer from 0 to 255"),
        ("{\"t\":\"Two\",\"c\":{}}", "/c/a required: is required"),
        ("{\"t\":\"One\",\"t\":\"One\",\"c\":1}", "/t repeated: must be given once"),
    ] {
        assert_eq!(said::<Beside>(text), expected, "{text}");
    }
}

#[test]
fn an_enum_without_tags_says_that_no_shape_fits() {
    let none = " type: must have one of the shapes that its type has";
    for (text, expected) in [
        ("7", "read"),
        ("{\"day\":\"2026-01-31\"}", "read"),
        ("{\"price\":\"12345678901234567.89\"}", "read"),
        ("{\"price\":12.5}", "read"),
        ("{\"price\":12345678901234567.89}", none),
        ("{\"day\":\"2026-01-31T00:00:00Z\"}", none),
        ("\"secret\"", none),
        ("{}", none),
        ("300", none),
    ] {
        assert_eq!(said::<Either>(text), expected, "{text}");
    }
}

#[test]
fn a_flattened_struct_blames_its_fields() {
    for (text, expected) in [
        ("{\"id\":1,\"a\":2}", "read"),
        ("{\"id\":1}", "/a required: is required"),
        ("{\"id\":\"secret\"}", "/id type: must be an integer from 0 to 255"),
        ("{\"id\":1,\"a\":\"secret\"}", " type: has a value that must be an integer from 0 to 255"),
        ("{\"id\":1,\"id\":2,\"a\":1}", "/id repeated: must be given once"),
        ("{\"id\":1,\"a\":1,\"a\":2}", "/a repeated: must be given once"),
        ("7", " type: must be an object"),
    ] {
        assert_eq!(said::<Flat>(text), expected, "{text}");
    }
}

#[test]
fn maps_and_lists_blame_the_key_or_the_place() {
    type Map = BTreeMap<u8, Vec<rust_decimal::Decimal>>;
    for (text, expected) in [
        ("{\"7\":[1.5]}", "read"),
        ("{\"secret\":[]}", "/secret type: must be an integer from 0 to 255"),
        ("{\"7\":[1,\"1_000\"]}", "/7/1 type: must be a decimal number of up to 28 digits"),
        ("{\"7\":{}}", "/7 type: must be a list"),
        ("{\"7\":[1e999]}", "/7/0 type: must be a decimal number of up to 28 digits"),
    ] {
        assert_eq!(said::<Map>(text), expected, "{text}");
    }
    assert_eq!(said::<Vec<f64>>("[1,1e999]"), "/1 type: must be a number");
    assert_eq!(said::<Vec<f32>>("[1,1e39]"), "/1 type: must be a number");
    assert_eq!(said::<Vec<u8>>("[1e999"), "malformed: number out of range at line 1 column 6");
}

#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
#[allow(dead_code, reason = "read only")]
struct Picky(String);

impl TryFrom<String> for Picky {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if text == "odd" { Err("must be even".to_owned()) } else { Err(format!("can't read `{text}`")) }
    }
}

#[test]
fn what_a_type_of_another_crate_says_does_not_repeat_the_value() {
    for (text, expected) in [("\"secret\"", " type: must be a UUID"), ("7", " type: must be a UUID")] {
        assert_eq!(said::<uuid::Uuid>(text), expected, "{text}");
    }
    assert_eq!(said::<Vec<Picky>>("[\"odd\"]"), "/0 type: must be even");
    assert_eq!(said::<Vec<Picky>>("[\"secret\"]"), "/0 type: is not valid");
}

#[test]
fn null_is_told_from_absent_by_an_option_of_an_option() {
    #[derive(Debug, PartialEq, Deserialize)]
    #[allow(clippy::option_option, reason = "absent, null and a value are three things")]
    struct Changes {
        name: Option<Option<String>>,
        days: Option<Option<Vec<jiff::civil::Date>>>,
        once: Option<u8>,
    }
    let read = |text: &str| read_json::<Changes>(text.as_bytes()).unwrap();
    assert_eq!(read("{}"), Changes { name: None, days: None, once: None });
    assert_eq!(
        read("{\"name\":null,\"days\":null,\"once\":null}"),
        Changes { name: Some(None), days: Some(None), once: None }
    );
    assert_eq!(
        read("{\"name\":\"a\",\"days\":[]}"),
        Changes { name: Some(Some("a".into())), days: Some(Some(vec![])), once: None }
    );
    assert_eq!(said::<Changes>("{\"name\":7}"), "/name type: must be a text");
}

proptest::proptest! {
    /// The second reader reads what serde_json reads, and has a reason for what it does not.
    #[test]
    fn a_tree_is_what_serde_json_reads(text in "([\\[\\]{},:]|\"[a-z\\\\n]{0,3}\"|-?[0-9]{1,3}(\\.[0-9]{1,2})?|true|null| ){0,14}") {
        let theirs = serde_json::from_str::<serde_json::Value>(&text);
        let ours = super::Node::of(&text);
        if let Ok(theirs) = theirs {
            assert_eq!(ours.unwrap().to_value(), theirs);
        }
        let _ = said::<Plain>(&text);
    }
}
