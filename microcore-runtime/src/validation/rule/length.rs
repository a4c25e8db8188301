//! How long a value is: a text in characters, a list, a set or a map in items.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::rc::Rc;
use std::sync::Arc;

/// What has a length.
#[diagnostic::on_unimplemented(
    message = "the rule `length` can't check `{Self}`",
    label = "has no length",
    note = "it checks texts, lists, sets and maps; `range` checks numbers"
)]
pub trait Length {
    /// `None` for what is not there.
    fn length(&self) -> Option<u64>;
}

/// What `length` asks; `equal` goes before the others.
pub fn has_length<T: Length + ?Sized>(value: &T, min: Option<u64>, max: Option<u64>, equal: Option<u64>) -> bool {
    let Some(length) = value.length() else { return true };
    match equal {
        Some(equal) => length == equal,
        None => min.is_none_or(|min| min <= length) && max.is_none_or(|max| length <= max),
    }
}

impl Length for str {
    fn length(&self) -> Option<u64> {
        Some(self.chars().count() as u64)
    }
}

impl Length for String {
    fn length(&self) -> Option<u64> {
        self.as_str().length()
    }
}

impl<T> Length for [T] {
    fn length(&self) -> Option<u64> {
        Some(self.len() as u64)
    }
}

impl<T, const N: usize> Length for [T; N] {
    fn length(&self) -> Option<u64> {
        Some(N as u64)
    }
}

impl<T: Length> Length for Option<T> {
    fn length(&self) -> Option<u64> {
        self.as_ref().and_then(Length::length)
    }
}

impl<T: Length + ToOwned + ?Sized> Length for Cow<'_, T> {
    fn length(&self) -> Option<u64> {
        T::length(self)
    }
}

macro_rules! of_what_is_inside {
    ($($ty:ty)+) => {$(
        impl<T: Length + ?Sized> Length for $ty {
            fn length(&self) -> Option<u64> {
                T::length(self)
            }
        }
    )+};
}
of_what_is_inside! { &T Box<T> Rc<T> Arc<T> }

macro_rules! of_items {
    ($([$($parameter:ident),+] $ty:ty;)+) => {$(
        impl<$($parameter),+> Length for $ty {
            fn length(&self) -> Option<u64> {
                Some(self.len() as u64)
            }
        }
    )+};
}
of_items! {
    [T] Vec<T>;
    [T] VecDeque<T>;
    [T] BTreeSet<T>;
    [T, S] HashSet<T, S>;
    [K, V] BTreeMap<K, V>;
    [K, V, S] HashMap<K, V, S>;
}
