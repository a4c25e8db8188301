//! Rules of any type, whether it has some or not. In: a concrete type. Out: [`BodyRules`], three function pointers.
//!
//! Generated code can't ask whether a type implements a trait. It can name `Check::<T>::VALIDATE`: an inherent constant,
//! there only where `T: Validate`, wins over the constant of the trait [`Unchecked`], which is always there. This works
//! for concrete types only; with a type parameter the fallback is chosen.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeOwned, Error as _};
use serde_json::{Error, Value};

use super::probe::FieldReader;
use super::{Probe, Validate, Violations};
use crate::fields::may_be_missing;
use crate::json::Unread;
use crate::scalar::Leaf;

/// What is known about a type of input.
pub struct BodyRules<T> {
    /// Reads the value. Here and not a bound of whoever reads, so that a type that can't be read is one error.
    pub read: fn(&[u8]) -> Result<T, Unread>,
    /// Runs the rules of a value; does nothing for a type without `Validate`.
    pub validate: fn(&T, &mut Violations),
    /// Finds every mistake in JSON that did not become a `T`. `false`: it found none, the reader's own error stands.
    pub probe: fn(&Value, &mut Violations) -> bool,
}

impl<T> BodyRules<T> {
    /// `BodyRules::of(read_json::<NewUser>, Check::<NewUser>::VALIDATE, Check::<NewUser>::PROBE)`.
    pub const fn of(
        read: fn(&[u8]) -> Result<T, Unread>,
        validate: fn(&T, &mut Violations),
        probe: fn(&Value, &mut Violations) -> bool,
    ) -> Self {
        Self { read, validate, probe }
    }
}

impl<T> fmt::Debug for BodyRules<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BodyRules").finish_non_exhaustive()
    }
}

impl<T> Clone for BodyRules<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for BodyRules<T> {}

/// Names a type, so that its rules can be looked up.
#[derive(Debug)]
pub struct Check<T>(PhantomData<T>);

impl<T: Validate> Check<T> {
    /// Whether the type's rules are run.
    pub const IS_CHECKED: bool = true;

    /// The type's own rules.
    pub const VALIDATE: fn(&T, &mut Violations) = T::validate;
}

impl<T: Probe> Check<T> {
    /// The type's own search for mistakes.
    pub const PROBE: fn(&Value, &mut Violations) -> bool = probe::<T>;
}

impl<T: DeserializeOwned> Check<T> {
    /// How a field of this type is read by itself.
    pub const FIELD: FieldReader<T> =
        FieldReader { read: |value| T::deserialize(Leaf(value)), may_be_missing: may_be_missing::<T> };
}

fn probe<T: Probe>(value: &Value, violations: &mut Violations) -> bool {
    let before = violations.len();
    T::probe(value, violations);
    violations.len() > before
}

/// The fallback for types without rules.
pub trait Unchecked<T> {
    /// They are not.
    const IS_CHECKED: bool = false;

    /// Accepts everything.
    const VALIDATE: fn(&T, &mut Violations) = |_, _| {};
    /// Never asked: that the type can't be read is serde's error, and there is no program.
    const FIELD: FieldReader<T> =
        FieldReader { read: |_| Err(Error::custom("can't be read")), may_be_missing: || true };
    /// Finds nothing.
    const PROBE: fn(&Value, &mut Violations) -> bool = |_, _| false;
}

impl<T> Unchecked<T> for Check<T> {}
