//! What holds values with rules has rules: each item is checked under its index or key.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Display;
use std::hash::BuildHasher;
use std::sync::Arc;

use super::{Validate, Violations};

impl<T: Validate + ?Sized> Validate for &T {
    fn validate(&self, violations: &mut Violations) {
        T::validate(self, violations);
    }
}

impl<T: Validate + ?Sized> Validate for Box<T> {
    fn validate(&self, violations: &mut Violations) {
        T::validate(self, violations);
    }
}

impl<T: Validate + ?Sized> Validate for Arc<T> {
    fn validate(&self, violations: &mut Violations) {
        T::validate(self, violations);
    }
}

impl<T: Validate> Validate for Option<T> {
    fn validate(&self, violations: &mut Violations) {
        if let Some(value) = self {
            value.validate(violations);
        }
    }
}

impl<T: Validate> Validate for [T] {
    fn validate(&self, violations: &mut Violations) {
        for (index, item) in self.iter().enumerate() {
            violations.within(index, |violations| item.validate(violations));
        }
    }
}

impl<T: Validate> Validate for Vec<T> {
    fn validate(&self, violations: &mut Violations) {
        self.as_slice().validate(violations);
    }
}

impl<T: Validate, const N: usize> Validate for [T; N] {
    fn validate(&self, violations: &mut Violations) {
        self.as_slice().validate(violations);
    }
}

impl<K: Display, T: Validate, S: BuildHasher> Validate for HashMap<K, T, S> {
    fn validate(&self, violations: &mut Violations) {
        for (key, item) in self {
            violations.within(key, |violations| item.validate(violations));
        }
    }
}

impl<K: Display, T: Validate> Validate for BTreeMap<K, T> {
    fn validate(&self, violations: &mut Violations) {
        for (key, item) in self {
            violations.within(key, |violations| item.validate(violations));
        }
    }
}
