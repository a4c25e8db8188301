//! The slow path after a body was refused: every field is read on its own, so that every mistake is named at once.
//!
//! In: the JSON. Out: violations `required`, `type`, `unknown`, and those of the field's own rules.

use serde_json::{Map, Value};

use super::Violations;
use super::sentence::{field_sentence, type_sentence};

/// A type whose JSON can be searched for mistakes; `#[derive(Deserialize)]` writes the implementation for plain structs.
pub trait Probe {
    /// Adds a violation for each mistake in `value`.
    fn probe(value: &Value, violations: &mut Violations);
}

impl<T: Probe> Probe for Option<T> {
    fn probe(value: &Value, violations: &mut Violations) {
        if !value.is_null() {
            T::probe(value, violations);
        }
    }
}

impl<T: Probe> Probe for Box<T> {
    fn probe(value: &Value, violations: &mut Violations) {
        T::probe(value, violations);
    }
}

impl<T: Probe> Probe for Vec<T> {
    fn probe(value: &Value, violations: &mut Violations) {
        let Value::Array(items) = value else {
            return violations.add("", "type", "must be a list");
        };
        for (index, item) in items.iter().enumerate() {
            violations.within(index, |violations| T::probe(item, violations));
        }
    }
}

/// A search: [`Probe::probe`] of a type. `false`: it found nothing.
pub type Search = fn(&Value, &mut Violations) -> bool;

/// How a field of one type is read by itself.
#[derive(Debug)]
pub struct FieldReader<T> {
    pub(super) read: fn(&Value) -> Result<T, serde_json::Error>,
    pub(super) may_be_missing: fn() -> bool,
}

/// An object on its way through the search.
#[derive(Debug)]
pub struct ProbedObject<'a> {
    object: &'a Map<String, Value>,
    violations: &'a mut Violations,
}

impl<'a> ProbedObject<'a> {
    /// The object, or the violation that it must be one.
    pub fn of(value: &'a Value, violations: &'a mut Violations) -> Option<Self> {
        match value {
            Value::Object(object) => Some(Self { object, violations }),
            _ => {
                violations.add("", "type", "must be an object");
                None
            }
        }
    }

    /// Looks at one field: `names` are its name and aliases, `deeper` searches inside a value that can't be read.
    pub fn field<T>(
        &mut self,
        names: &[&'static str],
        default: bool,
        reader: &FieldReader<T>,
        deeper: Option<Search>,
        rules: fn(&T, &mut Violations),
    ) {
        self.field_from(names, || default || (reader.may_be_missing)(), reader.read, deeper, rules);
    }

    /// The same where a function of the user's reads the value.
    pub fn field_by<T, R>(&mut self, names: &[&'static str], default: bool, read: R, rules: fn(&T, &mut Violations))
    where
        R: FnOnce(&'a Value) -> Result<T, serde_json::Error>,
    {
        if let Some((shown, value)) = self.present(names, || default) {
            match read(value) {
                Ok(value) => rules(&value, self.violations),
                // The function may read something else than the type does.
                Err(error) => self.refuse(shown, value, None, type_sentence(&error.to_string())),
            }
        }
    }

    /// The same with all that it depends on.
    pub(crate) fn field_from<T>(
        &mut self,
        names: &[&'static str],
        may_be_missing: impl FnOnce() -> bool,
        read: impl FnOnce(&'a Value) -> Result<T, serde_json::Error>,
        deeper: Option<Search>,
        rules: fn(&T, &mut Violations),
    ) {
        if let Some((shown, value)) = self.present(names, may_be_missing) {
            match read(value) {
                Ok(value) => rules(&value, self.violations),
                Err(error) => self.refuse(shown, value, deeper, field_sentence::<T>(&error.to_string())),
            }
        }
    }

    fn present(
        &mut self,
        names: &[&'static str],
        may_be_missing: impl FnOnce() -> bool,
    ) -> Option<(&'static str, &'a Value)> {
        let shown = names.first().copied().unwrap_or_default();
        let value = names.iter().find_map(|name| self.object.get(*name));
        if value.is_none() && !may_be_missing() {
            self.violations.add(shown, "required", "is required");
        }
        value.map(|value| (shown, value))
    }

    fn refuse(&mut self, shown: &'static str, value: &Value, deeper: Option<Search>, sentence: String) {
        let mut found = false;
        if let Some(deeper) = deeper {
            self.violations.within(shown, |violations| found = deeper(value, violations));
        }
        if !found {
            self.violations.add(shown, "type", sentence);
        }
    }

    /// Adds a violation for each key that is no field, where the struct denies those.
    pub fn refuse_unknown(&mut self, known: impl Iterator<Item = &'static str> + Clone) {
        for key in self.object.keys().filter(|key| !known.clone().any(|name| name == key.as_str())) {
            self.violations.within(key, |violations| violations.add("", "unknown", "is not a field"));
        }
    }
}
