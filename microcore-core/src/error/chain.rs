//! Walks from an error down to its first cause.

use std::error::Error as StdError;

/// An iterator over an error and all its sources, outermost first.
///
/// ```
/// use microcore_core::error::{Chain, Unavailable};
///
/// let error = Unavailable::because("connection refused");
/// let said: Vec<String> = Chain::of(&error).map(ToString::to_string).collect();
/// assert_eq!(said, ["unavailable", "connection refused"]);
/// ```
#[derive(Debug, Clone)]
pub struct Chain<'a>(Option<&'a (dyn StdError + 'static)>);

impl<'a> Chain<'a> {
    /// Starts at `error`.
    pub fn of(error: &'a (dyn StdError + 'static)) -> Self {
        Self(Some(error))
    }

    /// Starts at a cause, where there is one.
    pub(super) fn below(cause: Option<&'a (dyn StdError + Send + Sync + 'static)>) -> Self {
        Self(cause.map(|cause| cause as _))
    }
}

impl<'a> Iterator for Chain<'a> {
    type Item = &'a (dyn StdError + 'static);

    fn next(&mut self) -> Option<Self::Item> {
        let error = self.0?;
        self.0 = error.source();
        Some(error)
    }
}
