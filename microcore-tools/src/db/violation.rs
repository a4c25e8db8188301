//! Turns a violated constraint into the answer that the client should read; everything else passes unchanged.

use microcore_runtime::error::{Error, Kind, Result};

use crate::db::{DbError, DbErrorKind};

/// Answers for violated constraints, chained after `.await`.
///
/// ```
/// # extern crate microcore_runtime as microcore;
/// use microcore_runtime::error::{Error, Result};
/// use microcore_tools::db::{DbError, DbErrorKind, OnViolation};
///
/// let stored: Result<(), DbError> = Err(DbError::new(DbErrorKind::Unique, "email"));
/// let answer: Result<()> = stored
///     .on_unique(|| Error::conflict("email already registered"))
///     .on_foreign_key(|| Error::unprocessable("no such team"));
/// assert_eq!(answer.unwrap_err().status(), 409);
/// ```
pub trait OnViolation<T>: Sized {
    /// Answers where a violation of this kind is the failure.
    fn on_violation(self, kind: DbErrorKind, answer: impl FnOnce() -> Error) -> Result<T>;

    /// Answers where a value that must be unique is there already.
    fn on_unique(self, answer: impl FnOnce() -> Error) -> Result<T> {
        self.on_violation(DbErrorKind::Unique, answer)
    }

    /// Answers where a reference leads nowhere.
    fn on_foreign_key(self, answer: impl FnOnce() -> Error) -> Result<T> {
        self.on_violation(DbErrorKind::ForeignKey, answer)
    }
}

impl<T> OnViolation<T> for Result<T, DbError> {
    fn on_violation(self, kind: DbErrorKind, answer: impl FnOnce() -> Error) -> Result<T> {
        self.map_err(|error| if error.kind() == kind { answer().with_source(error) } else { error.into() })
    }
}

impl<T> OnViolation<T> for Result<T> {
    fn on_violation(self, kind: DbErrorKind, answer: impl FnOnce() -> Error) -> Result<T> {
        self.map_err(|error| {
            // An error with a kind of its own has been answered already.
            let violated =
                error.kind() == Kind::Internal && error.find::<DbError>().is_some_and(|db| db.kind() == kind);
            if violated { answer().with_source(error.to_string()) } else { error }
        })
    }
}
