//! Plain structs are read and written as serde's own derives would, except that a list is no struct where there are
//! names.

#![allow(missing_docs, unreachable_pub, clippy::unwrap_used, reason = "tests")]

extern crate microcore_runtime as microcore;

use microcore::__private::serde_json::{self, Value, json};
use proptest::prelude::*;

/// The same structs twice: read by ours, and by serde's derive.
macro_rules! structs {
    ($(#[$derive:meta])* $module:ident { $($header:item)* }) => {
        mod $module {
            $($header)*

            fn seven() -> i64 {
                7
            }

            $(#[$derive])*
            pub struct Thing {
                pub name: String,
                pub note: Option<String>,
                #[serde(rename = "size", alias = "length", alias = "extent")]
                pub size_of_it: i64,
                #[serde(default)]
                pub tags: Vec<String>,
                #[serde(default = "seven")]
                pub rank: i64,
                pub r#type: Option<Inner>,
            }

            $(#[$derive])*
            #[serde(rename_all = "camelCase", deny_unknown_fields)]
            pub struct Inner {
                pub first_name: u8,
                pub is_last: Option<bool>,
            }

            $(#[$derive])*
            pub struct Empty {}

            $(#[$derive])*
            pub struct Around {
                pub id: u8,
                #[serde(flatten)]
                pub empty: Empty,
                #[serde(flatten)]
                pub inside: Plain,
            }

            $(#[$derive])*
            pub struct Plain {
                pub a: f64,
                pub b: char,
            }

            $(#[$derive])*
            #[serde(tag = "kind")]
            pub enum Choice {
                One(Plain),
                Two { plain: Plain },
            }
        }
    };
}

structs!(
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    ours { use microcore_macros::{Deserialize, Serialize}; }
);
structs!(
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(crate = "microcore::__private::serde")]
    theirs { use microcore::__private::serde::{Deserialize, Serialize}; }
);

/// What serde's derive makes of a text, and ours: the value written again, or the message.
macro_rules! both {
    ($name:ident, $text:expr) => {{
        let text: &str = $text;
        let ours = serde_json::from_str::<ours::$name>(text).map(|value| serde_json::to_string(&value).unwrap());
        let theirs = serde_json::from_str::<theirs::$name>(text).map(|value| serde_json::to_string(&value).unwrap());
        (ours.map_err(|error| error.to_string()), theirs.map_err(|error| error.to_string()))
    }};
}

#[test]
fn names_defaults_and_mistakes_are_those_of_serde() {
    let texts = [
        r#"{"name":"a","size":1}"#,
        r#"{"name":"a","note":null,"length":1,"tags":["x"],"rank":3,"type":{"firstName":1,"isLast":true}}"#,
        r#"{"size":1,"name":"a","other":[1,{"deep":true}],"type":null}"#,
        r#"{"name":"a","size":1,"size":2}"#,
        r#"{"name":"a","size":1,"extent":2}"#,
        r#"{"name":"a","size_of_it":1}"#,
        r#"{"name":"a","size":"1"}"#,
        r#"{"name":"a","size":1,"tags":null}"#,
        r#"{"name":"a","size":1,"type":{"firstName":1,"first_name":1}}"#,
        r#"{"name":"a","size":1,"type":{"isLast":false}}"#,
        r#"{"name":"a","size":1,"type":{"firstName":256}}"#,
        r#"{"note":"b"}"#,
        "{}",
        "{",
        r#"{"name":"a","size":1"#,
        r#"{"name":"a","size":1,}"#,
        "null",
        "7",
        r#""text""#,
    ];
    for text in texts {
        let (ours, theirs) = both!(Thing, text);
        assert_eq!(ours, theirs, "{text}");
    }
}

#[test]
fn a_plain_struct_works_inside_flatten_and_inside_a_tagged_enum() {
    for text in [r#"{"id":1,"a":0.5,"b":"x"}"#, r#"{"id":1,"a":0.5}"#, r#"{"a":0.5,"b":"x"}"#] {
        let (ours, theirs) = both!(Around, text);
        assert_eq!(ours, theirs, "{text}");
    }
    for text in [
        r#"{"kind":"One","a":1,"b":"x"}"#,
        r#"{"kind":"Two","plain":{"a":1.5,"b":"y"}}"#,
        r#"{"kind":"Two","plain":{}}"#,
        r#"{"a":1,"b":"xx","kind":"One"}"#,
    ] {
        let (ours, theirs) = both!(Choice, text);
        assert_eq!(ours, theirs, "{text}");
    }
}

#[test]
fn a_list_is_no_struct_where_there_are_names() {
    let refused = serde_json::from_str::<ours::Plain>(r#"[1.5,"x"]"#).unwrap_err().to_string();
    assert_eq!(refused, "invalid type: sequence, expected struct Plain at line 1 column 1");
    assert!(serde_json::from_str::<theirs::Plain>(r#"[1.5,"x"]"#).is_ok(), "serde's derive takes it");
    let inside = r#"{"name":"a","size":1,"type":[1,true]}"#;
    assert!(serde_json::from_str::<ours::Thing>(inside).is_err());
}

#[test]
fn a_format_without_names_reads_fields_by_their_place() {
    let plain = ours::Plain { a: 2.5, b: 'z' };
    let bytes = postcard::to_allocvec(&plain).unwrap();
    assert_eq!(bytes, postcard::to_allocvec(&theirs::Plain { a: 2.5, b: 'z' }).unwrap());
    assert_eq!(postcard::from_bytes::<ours::Plain>(&bytes).unwrap(), plain);
    assert!(postcard::from_bytes::<ours::Plain>(&bytes[..8]).is_err());
}

#[test]
fn what_borrows_from_the_input_or_has_parameters_is_still_read() {
    #[derive(Debug, PartialEq, microcore_macros::Deserialize)]
    struct Borrowed<'a> {
        name: &'a str,
    }
    assert_eq!(serde_json::from_str::<Borrowed<'_>>(r#"{"name":"x"}"#).unwrap(), Borrowed { name: "x" });
}

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (0_u16..300).prop_map(Value::from),
        "[a-z]{0,3}".prop_map(Value::from),
    ];
    let keys = prop::sample::select(vec![
        "name",
        "note",
        "size",
        "length",
        "tags",
        "rank",
        "type",
        "firstName",
        "isLast",
        "else",
    ]);
    leaf.prop_recursive(3, 24, 6, move |inner| {
        prop_oneof![
            prop::collection::vec("[a-z]{0,2}".prop_map(Value::from), 0..3).prop_map(Value::from),
            prop::collection::vec((keys.clone(), inner), 0..7).prop_map(|pairs| Value::Object(
                pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
            )),
        ]
    })
}

/// An object that is nearly a `Thing`, so that many cases are accepted.
fn nearly() -> impl Strategy<Value = Value> {
    (json_value(), "[a-z]{1,3}", any::<i64>(), any::<bool>()).prop_map(|(value, name, size, whole)| {
        let mut object = value.as_object().cloned().unwrap_or_default();
        if whole {
            object.insert("name".to_owned(), name.into());
            object.insert("size".to_owned(), size.into());
        }
        Value::Object(object)
    })
}

/// Whether some struct of `Thing` is given as a list: the one difference.
fn has_list_for_struct(value: &Value) -> bool {
    value.is_array() || value["type"].is_array()
}

proptest! {
    #[test]
    fn any_json_is_read_as_serde_reads_it(value in prop_oneof![json_value(), nearly()]) {
        prop_assume!(!has_list_for_struct(&value));
        let (ours, theirs) = both!(Thing, &value.to_string());
        prop_assert_eq!(ours, theirs);
    }
}

#[test]
fn the_largest_plain_struct_knows_which_field_is_missing() {
    macro_rules! wide {
        ($($field:ident)*) => {
            #[derive(Debug, microcore_macros::Deserialize)]
            #[allow(dead_code, reason = "read only")]
            struct Wide { $($field: u8),* }
            const NAMES: &[&str] = &[$(stringify!($field)),*];
        };
    }
    wide!(
        a0 a1 a2 a3 a4 a5 a6 a7 b0 b1 b2 b3 b4 b5 b6 b7 c0 c1 c2 c3 c4 c5 c6 c7 d0 d1 d2 d3 d4 d5 d6 d7
        e0 e1 e2 e3 e4 e5 e6 e7 f0 f1 f2 f3 f4 f5 f6 f7 g0 g1 g2 g3 g4 g5 g6 g7 h0 h1 h2 h3 h4 h5 h6 h7
    );
    let whole = |but: Option<&str>| {
        let names = NAMES.iter().filter(|name| Some(**name) != but);
        Value::Object(names.map(|name| ((*name).to_owned(), json!(1))).collect()).to_string()
    };
    assert!(serde_json::from_str::<Wide>(&whole(None)).is_ok());
    for missing in ["a0", "h7"] {
        let refused = serde_json::from_str::<Wide>(&whole(Some(missing))).unwrap_err().to_string();
        assert!(refused.starts_with(&format!("missing field `{missing}`")), "{refused}");
    }
}
