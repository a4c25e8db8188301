//! Why a JSON text is of another shape than its type. In: what serde says of a value. Out: field, pointer, rule, sentence.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::de::{self, Expected, Unexpected};
use uuid::Uuid;

use crate::error::{FieldError, InputPlace, pointer_step};
use crate::request::FromParam;
use crate::validation::{one_of, type_sentence, wanted};

/// A mistake, and the way to it.
#[derive(Debug)]
pub(super) struct Refusal {
    /// From the value to the whole, as it is found on the way back.
    steps: Vec<String>,
    rule: &'static str,
    sentence: String,
    /// What was met where something else is wanted; only for telling whose mistake it is.
    met: Option<Met>,
    /// Whether it is known which value it is about.
    is_placed: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Met {
    List,
    Object,
    Other,
}

impl Refusal {
    fn new(rule: &'static str, sentence: impl Into<String>) -> Self {
        Self { steps: Vec::new(), rule, sentence: sentence.into(), met: None, is_placed: false }
    }

    fn of_field(name: &str, rule: &'static str, sentence: &str) -> Self {
        Self { steps: vec![name.to_owned()], ..Self::new(rule, sentence) }
    }

    /// Nothing more is known.
    pub(super) fn of_the_whole() -> Self {
        Self::new("type", "has the wrong shape")
    }

    /// It can only be one of these.
    pub(super) fn of_variants(variants: &'static [&'static str]) -> Self {
        Self::new("type", one_of(variants))
    }

    /// Of the value that is read now.
    pub(super) fn placed(mut self) -> Self {
        self.is_placed = true;
        self
    }

    pub(super) fn is_placed(&self) -> bool {
        self.is_placed
    }

    /// Of a key and not of its value.
    pub(super) fn of_key(self, key: &str) -> Self {
        if self.has_way() { self } else { self.without(key).within(key) }
    }

    /// Whether some field is known to be meant.
    pub(super) fn has_way(&self) -> bool {
        !self.steps.is_empty()
    }

    /// One step further out.
    pub(super) fn within(mut self, step: impl fmt::Display) -> Self {
        self.steps.push(step.to_string());
        self
    }

    /// Of the value that was sent as this text, which is not said again.
    pub(super) fn without(mut self, sent: &str) -> Self {
        if !sent.is_empty() && self.sentence.contains(sent) && !self.sentence.starts_with("must be ") {
            "is not valid".clone_into(&mut self.sentence);
        }
        self
    }

    /// Of a list or an object whose values were set aside before they were read: which of them is meant is lost, unless
    /// there is nothing inside that it could be.
    pub(super) fn of_buffered(mut self, met: Met, is_flat: bool) -> Self {
        let is_own = self.met == Some(met);
        match self.steps.pop() {
            Some(name) if self.steps.is_empty() && !is_flat => {
                self.sentence = format!("must have no part in which `{name}` {}", self.sentence);
            }
            Some(name) => self.steps.push(name),
            None if self.rule == "type" && !is_own && (self.met.is_some() || self.is_of_a_leaf()) => {
                self.sentence = format!("has a value that {}", self.sentence);
            }
            None => {}
        }
        self.placed()
    }

    /// Of a value that is written as text, and so of nothing that has parts.
    fn is_of_a_leaf(&self) -> bool {
        [Date::EXPECTS, Timestamp::EXPECTS, Uuid::EXPECTS, Decimal::EXPECTS, f32::EXPECTS].contains(&&*self.sentence)
    }

    pub(super) fn into_error(self) -> FieldError {
        let steps = || self.steps.iter().rev();
        let field = steps().map(String::as_str).collect::<Vec<_>>().join(".");
        let pointer = steps().map(|step| pointer_step(step)).collect();
        FieldError::new(InputPlace::Body, field, self.rule, self.sentence).with_pointer(pointer)
    }
}

impl de::Error for Refusal {
    fn custom<T: fmt::Display>(message: T) -> Self {
        let message = message.to_string();
        if message.starts_with("data did not match any variant of untagged enum") {
            return Self::new("type", "must have one of the shapes that its type has");
        }
        Self::new("type", type_sentence(&message))
    }

    fn invalid_type(met: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let met = match met {
            Unexpected::Seq => Met::List,
            Unexpected::Map => Met::Object,
            _ => Met::Other,
        };
        Self { met: Some(met), ..Self::new("type", wanted(&expected.to_string())) }
    }

    fn invalid_value(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self { met: Some(Met::Other), ..Self::new("type", wanted(&expected.to_string())) }
    }

    fn invalid_length(_: usize, expected: &dyn Expected) -> Self {
        Self { met: Some(Met::List), ..Self::new("type", wanted(&expected.to_string())) }
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Self { met: Some(Met::Other), ..Self::of_variants(expected) }
    }

    fn unknown_field(field: &str, _: &'static [&'static str]) -> Self {
        Self::of_field(field, "unknown", "is not a field")
    }

    fn missing_field(field: &'static str) -> Self {
        Self::of_field(field, "required", "is required")
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::of_field(field, "repeated", "must be given once")
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

impl std::error::Error for Refusal {}
