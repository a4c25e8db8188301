//! What a body must satisfy beyond its types. A placeholder: `Validate` and `Probe` replace it.

use crate::error::FieldError;

/// Everything that is wrong with a body.
#[derive(Debug, Default)]
pub struct Violations(Vec<FieldError>);

impl Violations {
    /// Adds one.
    pub fn push(&mut self, field: FieldError) {
        self.0.push(field);
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them, in the order in which they were found.
    pub fn into_fields(self) -> Vec<FieldError> {
        self.0
    }
}

/// How a body of type `T` is checked.
#[derive(Debug)]
pub struct BodyRules<T> {
    /// Checks a value that serde accepted.
    pub validate: fn(&T, &mut Violations),
    /// Looks for every field that serde would refuse; `false` where it can't look.
    pub probe: fn(&serde_json::Map<String, serde_json::Value>, &mut Violations) -> bool,
}
