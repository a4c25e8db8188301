//! What our derives of serde's traits read and write is what serde's own do.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use microcore::__private::serde_json;

extern crate microcore_runtime as microcore;

/// The same items, by serde's own derive and by ours.
macro_rules! twins {
    ($($item:item)*) => {
        mod ours {
            use super::{PhantomData, BTreeMap};
            use microcore_macros::{Deserialize, Serialize};
            $(#[derive(Debug, PartialEq, Serialize, Deserialize)] $item)*
        }
        mod plain {
            use super::{PhantomData, BTreeMap};
            use microcore::__private::serde;
            use microcore::__private::serde::{Deserialize, Serialize};
            $(#[derive(Debug, PartialEq, Serialize, Deserialize)] #[serde(crate = "serde")] $item)*
        }
    };
}

twins! {
    pub struct Unit;
    pub struct Newtype(pub u8);
    pub struct Pair(pub u8, #[serde(default)] pub String);
    #[serde(tag = "kind", rename_all = "kebab-case")]
    pub enum Tagged { FirstOne { a: u8 }, Second, #[serde(rename = "3rd")] Third(BTreeMap<String, u8>) }
    #[serde(untagged)]
    pub enum Untagged { Number(i64), Text(String) }
    pub enum Tree { Leaf(u8), Node(Vec<Self>) }
    #[serde(transparent)]
    pub struct Transparent { pub inner: Vec<u8> }
    #[serde(default, rename_all(serialize = "UPPERCASE"))]
    #[derive(Default)]
    pub struct Defaults { pub a: u8, pub b: Option<String> }
    #[serde(into = "u8", try_from = "u8")]
    #[derive(Clone)]
    pub struct Even(pub u8);
    pub struct Generic<T, U, I: Iterator> where T: Clone {
        pub t: Vec<T>, #[serde(skip)] pub u: Option<U>, pub p: PhantomData<U>, pub i: I::Item,
    }
    pub struct Borrowed<'a> { pub text: &'a str, #[serde(borrow)] pub more: std::borrow::Cow<'a, str> }
    pub struct Flat { pub a: u8, #[serde(flatten)] pub rest: BTreeMap<String, u8> }
    pub struct Sized<const N: usize> { #[serde(rename = "type")] pub r#type: u8 }
}

macro_rules! even {
    ($($module:ident)*) => {$(
        impl From<$module::Even> for u8 {
            fn from(even: $module::Even) -> Self { even.0 }
        }
        impl TryFrom<u8> for $module::Even {
            type Error = &'static str;
            fn try_from(value: u8) -> Result<Self, Self::Error> {
                if value.is_multiple_of(2) { Ok(Self(value)) } else { Err("odd") }
            }
        }
    )*};
}
even!(ours plain);

type Bytes = std::vec::IntoIter<u8>;

macro_rules! same {
    ($($ty:ident $(<$($argument:tt),+>)? : $text:expr;)*) => {$({
        let text = $text;
        let ours = serde_json::from_str::<ours::$ty$(<$($argument),+>)?>(text);
        let plain = serde_json::from_str::<plain::$ty$(<$($argument),+>)?>(text);
        match (ours, plain) {
            (Ok(ours), Ok(plain)) => {
                assert_eq!(format!("{ours:?}"), format!("{plain:?}"));
                assert_eq!(serde_json::to_string(&ours).unwrap(), serde_json::to_string(&plain).unwrap());
            }
            (ours, plain) => assert_eq!(ours.unwrap_err().to_string(), plain.unwrap_err().to_string()),
        }
    })*};
}

#[test]
fn the_wire_format_is_serdes_own() {
    same! {
        Unit: "null"; Unit: "1"; Newtype: "5"; Newtype: "500"; Pair: "[1]"; Pair: "[]"; Pair: "3";
        Tagged: r#"{"kind":"first-one","a":1}"#; Tagged: r#"{"kind":"second"}"#; Tagged: r#"{"kind":"3rd","z":1}"#;
        Tagged: "{}"; Tagged: r#"{"kind":"x"}"#; Untagged: "5"; Untagged: r#""a""#; Untagged: "[]";
        Tree: r#"{"Node":[{"Leaf":1}]}"#; Tree: r#"{"X":1}"#; Transparent: "[1]"; Defaults: r#"{"b":"x"}"#; Even: "2"; Even: "3";
        Generic<u8, String, Bytes>: r#"{"t":[1],"p":null,"i":3}"#;
        Borrowed: r#"{"text":"a","more":"b"}"#; Flat: r#"{"a":1,"b":2}"#; Sized<3>: r#"{"type":1}"#; Sized<3>: "{}";
    }
}
