//! The collector of field errors. In: field, rule, sentence. Out: errors with the whole path, joined by `.`.

use std::borrow::Cow;
use std::fmt::{Display, Write};

use crate::error::{FieldError, InputPlace, pointer_step};

/// Every rule that a value breaks, in the order of its fields.
#[derive(Debug)]
pub struct Violations {
    place: InputPlace,
    path: String,
    pointer: String,
    errors: Vec<FieldError>,
}

impl Violations {
    /// How many are kept: a body of a few megabytes may have a million mistakes, and the answer would be a hundred times
    /// as long.
    pub const MOST: usize = 1000;

    /// An empty collector for values from this place.
    pub fn new(place: InputPlace) -> Self {
        Self { place, path: String::new(), pointer: String::new(), errors: Vec::new() }
    }

    /// Notes a broken rule, up to [`MOST`](Self::MOST); an empty `field` means the value itself.
    pub fn add(
        &mut self,
        field: &'static str,
        rule: impl Into<Cow<'static, str>>,
        message: impl Into<Cow<'static, str>>,
    ) {
        if self.errors.len() >= Self::MOST {
            return;
        }
        let path: Cow<'static, str> = match (self.path.is_empty(), field.is_empty()) {
            (true, _) => field.into(),
            (false, true) => self.path.clone().into(),
            (false, false) => format!("{}.{field}", self.path).into(),
        };
        let mut error = FieldError::new(self.place, path, rule, message);
        if self.place == InputPlace::Body && !self.pointer.is_empty() {
            let last = if field.is_empty() { String::new() } else { pointer_step(field) };
            error = error.with_pointer(format!("{}{last}", self.pointer));
        }
        self.errors.push(error);
    }

    /// Runs `check` with one more step in the path: a field's name, an index, a key.
    pub fn within(&mut self, step: impl Display, check: impl FnOnce(&mut Self)) {
        let (length, depth) = (self.path.len(), self.pointer.len());
        let dot = if length == 0 { "" } else { "." };
        // Writing into a `String` can't fail.
        let _ = write!(self.path, "{dot}{step}");
        let step = pointer_step(&self.path[length + dot.len()..]);
        self.pointer.push_str(&step);
        check(self);
        self.path.truncate(length);
        self.pointer.truncate(depth);
    }

    /// Whether nothing was refused.
    pub fn is_empty(&self) -> bool {
        self.errors.is_empty()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.errors.len()
    }

    /// The errors, for the reply.
    pub fn into_errors(self) -> Vec<FieldError> {
        self.errors
    }
}

/// Of a body.
impl Default for Violations {
    fn default() -> Self {
        Self::new(InputPlace::Body)
    }
}
