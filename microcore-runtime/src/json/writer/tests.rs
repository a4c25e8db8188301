//! Whatever serde can say is written as `serde_json` writes it, byte for byte, and refused where it refuses it.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::write_json;

#[track_caller]
fn same<T: Serialize + ?Sized>(value: &T) {
    let mut written = Vec::new();
    let ours = write_json(&mut written, value).map(|()| String::from_utf8(written).unwrap());
    let theirs = serde_json::to_string(value);
    assert_eq!(ours.map_err(|error| error.to_string()), theirs.map_err(|error| error.to_string()));
}

#[derive(Serialize)]
enum Kind {
    Unit,
    Newtype(i32),
    Empty(),
    Tuple(i32, String),
    Nothing {},
    Struct { a: f32, b: Option<&'static str> },
}

#[derive(Serialize)]
struct Inner(u8);

#[derive(Serialize)]
struct Nothing;

#[derive(Serialize)]
#[serde(transparent)]
struct Id(u64);

#[derive(Serialize)]
struct Outer {
    #[serde(rename = "a \"name\"\n")]
    named: char,
    #[serde(skip_serializing_if = "Option::is_none")]
    left_out: Option<i8>,
    kinds: Vec<Kind>,
    inner: (Inner, Nothing, Id, ()),
    #[serde(flatten)]
    more: BTreeMap<&'static str, i128>,
}

#[test]
fn every_kind_of_value_is_written_as_serde_json_writes_it() {
    let kinds = || {
        vec![
            Kind::Unit,
            Kind::Newtype(-1),
            Kind::Empty(),
            Kind::Tuple(1, "\u{1}".into()),
            Kind::Nothing {},
            Kind::Struct { a: 0.1, b: Some("b") },
        ]
    };
    let more = BTreeMap::from([("x", i128::MAX), ("y", i128::MIN)]);
    let inner = || (Inner(1), Nothing, Id(u64::MAX), ());
    same(&Outer { named: '"', left_out: None, kinds: kinds(), inner: inner(), more: more.clone() });
    same(&Outer { named: '\u{1f600}', left_out: Some(-5), kinds: vec![], inner: inner(), more });
    same(&[1.0, 1.5e300, f64::NAN, f64::INFINITY, -0.0]);
    same(&(u128::MAX, true, false, 'a', &b"bytes"[..], f32::MIN_POSITIVE));
    same(&serde_json::Number::from(7));
    same("");
}

#[test]
fn every_key_is_written_or_refused_as_serde_json_does() {
    same(&BTreeMap::from([(1_u8, 2), (3, 4)]));
    same(&BTreeMap::from([(-1_i64, 2)]));
    same(&BTreeMap::from([(true, 1)]));
    same(&BTreeMap::from([('"', 1)]));
    same(&BTreeMap::from([(Some("a"), 1)]));
    same(&BTreeMap::from([("a\tb", BTreeMap::from([("", 0)]))]));
    same(&BTreeMap::from([(None::<i32>, 1)]));
    same(&BTreeMap::from([((), 1)]));
    same(&BTreeMap::from([((1, 2), 1)]));
    same(&BTreeMap::from([(vec![1], 1)]));
    same(&BTreeMap::<i32, i32>::new());
}

/// A map with a key that no map of the standard library can have.
struct ByFloat(f64);

impl Serialize for ByFloat {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map([(self.0, 1)])
    }
}

#[test]
fn a_float_is_a_key_where_it_is_finite() {
    same(&ByFloat(1.5));
    same(&ByFloat(f64::NAN));
}

#[test]
fn what_is_json_already_stands_as_it_is() {
    // The name that `serde_json` gives it is its own business: this fails where it has another one.
    let raw = RawValue::from_string("{\"a\" : [1,  2]}".into()).unwrap();
    same(&raw);
    same(&vec![("x", &raw)]);
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[ -~]{0,40}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 48, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(any::<String>(), inner, 0..6).prop_map(|map| json!(map)),
        ]
    })
}

proptest! {
    #[test]
    fn any_document_is_written_as_serde_json_writes_it(value in values()) {
        same(&value);
    }
}
