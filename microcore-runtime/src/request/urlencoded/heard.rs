//! What each key was taken for. In: values as a type asked for them. Out: the JSON that says the same.
//!
//! The search for mistakes reads JSON. Only the type knows whether `5` is a number or a text, and it says so by asking.

use std::cell::RefCell;

use serde::Serialize;
use serde_json::{Map, Value};

/// By key.
#[derive(Debug, Default)]
pub(super) struct Heard {
    pub(super) object: RefCell<Map<String, Value>>,
    /// Keys with a value that JSON does not have: infinity, an integer of 128 bits.
    pub(super) unsayable: RefCell<Vec<String>>,
}

impl Heard {
    /// The key has a list; its values come one by one.
    pub(super) fn list(&self, name: &str) {
        self.object.borrow_mut().entry(name).or_insert_with(|| Value::Array(Vec::new()));
    }

    /// A value of the key.
    pub(super) fn value(&self, name: &str, value: &impl Serialize) {
        let Some(value) = serde_json::to_value(value).ok().filter(|value| !value.is_null()) else {
            return self.unsayable.borrow_mut().push(name.to_owned());
        };
        let mut object = self.object.borrow_mut();
        match object.get_mut(name) {
            Some(Value::Array(values)) => values.push(value),
            _ => drop(object.insert(name.to_owned(), value)),
        }
    }
}
