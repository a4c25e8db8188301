//! What is read, what is refused, and that every mistake is named.

use serde::Deserialize;
use serde_json::Value;

use super::read as read_searched;
use crate::error::{FieldError, InputPlace};
use crate::validation::{Check, Probe, ProbedObject, Violations};

/// Of a type without a search of its own.
fn read<T: serde::de::DeserializeOwned>(text: &str, place: InputPlace) -> Result<T, Vec<FieldError>> {
    read_searched(text, place, |_, _| false)
}

fn said(errors: &[FieldError]) -> String {
    let all: Vec<String> = errors.iter().map(|error| format!("{error} ({})", error.rule)).collect();
    all.join("; ")
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Order {
    Newest,
    Oldest,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Filter {
    limit: Option<u32>,
    #[serde(default)]
    tag: Vec<String>,
    order: Order,
}

fn refusal(query: &str) -> String {
    said(&read::<Filter>(query, InputPlace::Query).unwrap_err())
}

#[test]
fn reads_numbers_options_lists_and_enums() {
    assert_eq!(
        read("limit=3&tag=a+b&unknown=1&tag=c&unknown=%zz&order=newest", InputPlace::Query),
        Ok(Filter { limit: Some(3), tag: vec!["a b".into(), "c".into()], order: Order::Newest })
    );
    assert_eq!(read("order=oldest", InputPlace::Query), Ok(Filter { limit: None, tag: vec![], order: Order::Oldest }));
}

#[test]
fn a_list_is_spelt_with_brackets_or_without_them() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Own {
        #[serde(rename = "tag[]", default)]
        own: Vec<String>,
    }
    let tags = |text: &str| read::<Filter>(text, InputPlace::Query).map(|filter| filter.tag.join(" "));
    for text in ["tag[]=a&order=newest&tag[]=b", "tag=a&tag[]=b&order=newest", "tag%5B%5D=a&order=newest&tag=b"] {
        assert_eq!(tags(text), Ok("a b".to_owned()), "{text}");
    }
    assert_eq!(refusal("limit[]=3&order=newest"), "`limit` must be one value and no list (type)");
    assert_eq!(refusal("limit[]=3&limit=4&order=newest"), "`limit` must be given once (repeated)");
    assert!(said(&read::<Strict>("nmae[]=b", InputPlace::Body).unwrap_err()).starts_with("`nmae[]` is not a field"));
    assert_eq!(
        read("tag[]=a", InputPlace::Query),
        Ok(Own { own: vec!["a".into()] }),
        "a field of that name is that field"
    );
}

#[test]
fn names_the_field_that_is_to_blame() {
    assert_eq!(refusal(""), "`order` is required (required)");
    assert_eq!(refusal("limit=x&order=newest"), "`limit` must be a whole number (type)");
    assert_eq!(refusal("limit=1&limit=2&order=newest"), "`limit` must be given once (repeated)");
    assert_eq!(refusal("limit=%FF&order=newest"), "`limit` must be percent-encoded UTF-8 (encoding)");
    assert_eq!(refusal("order=none"), "`order` must be `newest` or `oldest` (type)");
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Strict {
    #[expect(dead_code, reason = "read by serde only")]
    name: Option<String>,
}

#[test]
fn a_field_too_many_is_refused_where_the_type_says_so() {
    let refusal = |text| said(&read::<Strict>(text, InputPlace::Body).unwrap_err());
    assert!(read::<Strict>("name=a", InputPlace::Body).is_ok());
    assert_eq!(refusal("name=a&nmae=b"), "`nmae` is not a field (unknown)");
    assert!(refusal("%FF=1").ends_with("is not a field (unknown)"));
}

#[test]
fn every_value_that_is_to_blame_is_named_without_a_search_as_well() {
    assert_eq!(
        refusal("order=none&limit=x"),
        "`order` must be `newest` or `oldest` (type); `limit` must be a whole number (type)"
    );
    let strict = said(&read::<Strict>("a=1&b=2&name=x&name=y", InputPlace::Body).unwrap_err());
    assert_eq!(
        strict,
        "`a` is not a field (unknown); `b` is not a field (unknown); `name` must be given once (repeated)"
    );
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Parcel {
    #[serde(alias = "qty")]
    amount: u32,
    name: String,
    share: Option<f64>,
    #[serde(default)]
    days: Vec<u8>,
    note: Option<String>,
}

impl Probe for Parcel {
    fn probe(value: &Value, violations: &mut Violations) {
        let Some(mut object) = ProbedObject::of(value, violations) else { return };
        object.field(&["amount", "qty"], false, &Check::<u32>::FIELD, None, |amount, violations| {
            if *amount > 9 {
                violations.add("amount", "range", "must be at most 9");
            }
        });
        object.field(&["name"], false, &Check::<String>::FIELD, None, |_, _| {});
        object.field(&["share"], false, &Check::<Option<f64>>::FIELD, None, |_, _| {});
        object.field(&["days"], true, &Check::<Vec<u8>>::FIELD, None, |days, violations| {
            if days.len() > 2 {
                violations.add("days", "length", "must have at most 2");
            }
        });
        object.field(&["note"], false, &Check::<Option<String>>::FIELD, None, |_, _| {});
        object.refuse_unknown(["amount", "qty", "name", "share", "days", "note"].into_iter());
    }
}

fn searched(text: &str) -> String {
    said(&read_searched::<Parcel>(text, InputPlace::Query, Check::<Parcel>::PROBE).unwrap_err())
}

#[test]
fn every_mistake_is_named_at_once() {
    for (text, expected) in [
        ("", "`amount` is required (required); `name` is required (required)"),
        (
            "amount=x&days=1&days=300",
            "`amount` must be a whole number (type); `name` is required (required); `days` must be an integer from 0 to 255 (type)",
        ),
        (
            "note=a&note=b&amount=10&zz=1&zz=2",
            "`amount` must be at most 9 (range); `name` is required (required); `note` must be given once (repeated); `zz` is not a field (unknown)",
        ),
        (
            "days=1&days=2&days=3&amount=-1&name=%zz",
            "`amount` must be a whole number (type); `name` must be percent-encoded UTF-8 (encoding); `days` must have at most 2 (length)",
        ),
    ] {
        assert_eq!(searched(text), expected, "{text}");
    }
}

#[test]
fn a_field_is_named_as_it_is_declared_whichever_of_its_names_was_sent() {
    assert_eq!(searched("qty=x&name=a"), "`amount` must be a whole number (type)");
    assert_eq!(searched("qty=1&qty=2"), "`amount` must be given once (repeated); `name` is required (required)");
    assert_eq!(searched("qty=1&amount=2&name=a"), "`amount` must be given once (repeated)");
}

#[test]
fn a_flood_of_unknown_keys_is_refused_with_a_bounded_answer() {
    let keys: Vec<String> = (0..5000).map(|key| format!("k{key}=")).collect();
    let text = keys.join("&");
    let searched = read_searched::<Parcel>(&text, InputPlace::Body, Check::<Parcel>::PROBE).unwrap_err();
    let alone = read::<Strict>(&text, InputPlace::Body).unwrap_err();
    assert_eq!((searched.len(), alone.len()), (Violations::MOST, Violations::MOST));
    assert_eq!((&*searched[0].field, &*searched[2].rule), ("amount", "unknown"));
}

#[test]
fn what_is_infinite_is_no_number() {
    let both = "`amount` must be a whole number (type); `share` must be a number (type)";
    for infinite in ["inf", "NaN", "1e999"] {
        assert_eq!(searched(&format!("share={infinite}&name=a&amount=x")), both, "{infinite}");
    }
}

#[derive(Debug, PartialEq, Deserialize)]
struct Anything {
    text: Option<String>,
    number: Option<i64>,
    list: Option<Vec<String>>,
}

proptest::proptest! {
    /// Whatever is sent is read or refused, and nothing panics.
    #[test]
    fn nonsense_is_read_or_refused(raw in "(text|number|list|amount=|qty=|name=|days=|[0-9]|[&=+%]|%[0-9a-fA-F]{0,2}|\\PC){0,30}") {
        let _ = read::<Anything>(&raw, InputPlace::Body);
        if let Err(errors) = read_searched::<Parcel>(&raw, InputPlace::Body, Check::<Parcel>::PROBE) {
            proptest::prop_assert!(!errors.is_empty());
        }
    }

    /// What another library encodes is read back.
    #[test]
    fn what_was_encoded_is_read_back(
        text in ".{0,20}",
        number: i64,
        list in proptest::collection::vec(".{0,10}", 1..4),
    ) {
        let mut encoder = form_urlencoded::Serializer::new(String::new());
        encoder.append_pair("text", &text).append_pair("number", &number.to_string());
        for item in &list {
            encoder.append_pair("list", item);
        }
        let read: Anything = read(&encoder.finish(), InputPlace::Query).unwrap();
        assert_eq!(read, Anything { text: Some(text), number: Some(number), list: Some(list) });
    }
}
