//! Statements that were prepared before somebody changed what they are about.
//!
//! In: the error of a statement that was prepared earlier. Out: whether to prepare it anew may help. Only the server
//! knows, so whatever a change of the schema can cause counts: "cached plan must not change result type", a type that no
//! operator takes any more, a relation with an OID that is gone, a statement that somebody deallocated.

use microcore_runtime::error::Chain;
use tokio_postgres::error::SqlState;

use crate::db::{DbError, DbErrorKind};

/// Whether the error may be one of a stale statement. A function's own error comes with a context, and is none.
pub(crate) fn is(error: &DbError) -> bool {
    let source = std::error::Error::source(error).and_then(|source| source.downcast_ref::<tokio_postgres::Error>());
    let Some(report) = source.and_then(tokio_postgres::Error::as_db_error) else { return false };
    let code = report.code();
    let may_be = *code == SqlState::FEATURE_NOT_SUPPORTED
        || *code == SqlState::INVALID_SQL_STATEMENT_NAME
        || *code == SqlState::INTERNAL_ERROR
        || code.code().starts_with("42");
    may_be && report.where_().is_none()
}

/// The error of a transaction that met one.
pub(crate) fn busy(error: DbError) -> DbError {
    let message =
        format!("a table of the statement was changed meanwhile, and the transaction was rolled back: {error}");
    DbError::new(DbErrorKind::Busy, message).caused_by(error).in_conflict(true)
}

/// Whether an error is that of [`busy`].
pub(crate) fn was(error: &DbError) -> bool {
    error.is_conflict() && Chain::of(error).any(|cause| cause.downcast_ref::<DbError>().is_some_and(is))
}
