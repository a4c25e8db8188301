//! Rules on values: what `#[derive(Validate)]` checks, and the slow path that finds every mistake of a body.
//!
//! In: a value, or the JSON that did not become one. Out: [`Violations`], one [`FieldError`](crate::error::FieldError)
//! per mistake.

mod check;
mod probe;
mod reading;
mod refusal;
pub mod rule;
mod rules;
mod sentence;
mod violations;

pub use self::check::{BodyRules, Check, Unchecked};
pub use self::probe::{FieldReader, Probe, ProbedObject, Search};
pub use self::reading::{Readable, Reading, reading};
pub use self::refusal::Refusal;
pub use self::rule::is_email;
pub(crate) use self::sentence::{one_of, type_sentence, wanted};
pub use self::violations::Violations;
pub use crate::json::{Unread, read_json};

#[cfg(test)]
mod tests;

/// A value with rules; `#[derive(Validate)]` writes the implementation.
pub trait Validate {
    /// Adds one violation for each rule that the value breaks.
    fn validate(&self, violations: &mut Violations);
}
