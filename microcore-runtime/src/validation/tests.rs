//! Paths of nested values, and what is said about wrong types.

use serde_json::json;

use super::{Check, ProbedObject, Violations};
use crate::fields::may_be_missing;

#[test]
fn paths_are_joined_by_dots() {
    let mut violations = Violations::default();
    violations.within("items", |violations| {
        violations.within(3, |violations| violations.add("name", "length", "is short"));
        violations.add("", "length", "has too few");
    });
    let fields: Vec<_> = violations.into_errors().into_iter().map(|error| error.field).collect();
    assert_eq!(fields, ["items.3.name", "items"]);
}

#[test]
fn each_mistake_of_a_body_has_its_json_pointer() {
    let mut violations = Violations::default();
    violations.add("name", "length", "is short");
    violations.add("", "type", "must be an object");
    violations.within("a/b~c.d", |violations| {
        violations.within(0, |violations| violations.add("name", "length", "is short"));
    });
    let pointers: Vec<_> = violations.into_errors().into_iter().map(|error| error.pointer).collect();
    assert_eq!(pointers, ["/name", "", "/a~1b~0c.d/0/name"]);
    let mut query = Violations::new(crate::error::InputPlace::Query);
    query.within("a", |violations| violations.add("b", "length", "is short"));
    assert_eq!(query.into_errors()[0].pointer, "");
}

#[test]
fn the_clients_own_text_is_not_sent_back() {
    let body = json!({"age": "secret"});
    let mut violations = Violations::default();
    let mut object = ProbedObject::of(&body, &mut violations).expect("it is one");
    object.field::<i64>(&["age"], false, &Check::<i64>::FIELD, None, |_, _| {});
    assert_eq!(violations.into_errors()[0].message, "must be an integer");
}

#[test]
fn only_options_may_be_missing() {
    assert!(may_be_missing::<Option<u8>>());
    assert!(!may_be_missing::<Vec<u8>>());
}

#[test]
fn an_answer_does_not_grow_with_the_mistakes_without_end() {
    let mut violations = Violations::default();
    for index in 0..2 * Violations::MOST {
        violations.within(index, |violations| violations.add("", "type", "must be an integer"));
    }
    assert_eq!(violations.len(), Violations::MOST);
}
