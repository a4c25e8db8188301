//! SQLite's result codes and messages → the contract's closed kinds, with table and columns.

use rusqlite::{Error, ErrorCode, ffi};

use crate::db::{DbError, DbErrorKind};

/// Of a statement that was stopped and whose caller is still there.
const STOPPED: &str = "the statement was stopped; DB_STATEMENT_TIMEOUT says how long one may run";

impl DbError {
    /// Classifies by the extended result code; table and columns come from the message.
    pub(crate) fn of_sqlite(error: Error) -> Self {
        let kind = match &error {
            Error::SqliteFailure(failure, _) => kind_of(*failure),
            Error::SqlInputError { .. } => DbErrorKind::Syntax,
            Error::MultipleStatement | Error::NulError(_) => DbErrorKind::Usage,
            Error::Utf8Error(..) | Error::ToSqlConversionFailure(_) => DbErrorKind::Type,
            _ => DbErrorKind::Other,
        };
        let message = match &error {
            Error::SqliteFailure(failure, _) if failure.code == ErrorCode::OperationInterrupted => STOPPED.to_owned(),
            Error::SqliteFailure(_, Some(message)) => message.clone(),
            Error::MultipleStatement => "a call must be one statement, and this is several".to_owned(),
            other => other.to_string(),
        };
        let (table, columns) = match kind {
            DbErrorKind::Unique | DbErrorKind::NotNull => target(&message),
            _ => (None, Vec::new()),
        };
        let conflict = matches!(&error, Error::SqliteFailure(failure, _)
            if matches!(failure.code, ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked));
        Self::new(kind, message).about(table, columns).caused_by(error).in_conflict(conflict)
    }
}

fn kind_of(failure: ffi::Error) -> DbErrorKind {
    match failure.extended_code {
        ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_ROWID => {
            DbErrorKind::Unique
        }
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY => DbErrorKind::ForeignKey,
        ffi::SQLITE_CONSTRAINT_NOTNULL => DbErrorKind::NotNull,
        ffi::SQLITE_CONSTRAINT_CHECK => DbErrorKind::Check,
        ffi::SQLITE_CONSTRAINT_DATATYPE => DbErrorKind::Type,
        // The primary code is the low byte.
        extended => match extended & 0xff {
            ffi::SQLITE_BUSY | ffi::SQLITE_LOCKED | ffi::SQLITE_INTERRUPT => DbErrorKind::Busy,
            ffi::SQLITE_MISMATCH | ffi::SQLITE_TOOBIG | ffi::SQLITE_RANGE => DbErrorKind::Type,
            ffi::SQLITE_MISUSE => DbErrorKind::Usage,
            ffi::SQLITE_CANTOPEN | ffi::SQLITE_IOERR | ffi::SQLITE_FULL | ffi::SQLITE_READONLY => {
                DbErrorKind::Unavailable
            }
            ffi::SQLITE_ERROR => DbErrorKind::Syntax,
            _ => DbErrorKind::Other,
        },
    }
}

/// `UNIQUE constraint failed: users.name, users.email` → `users`, [`name`, `email`].
fn target(message: &str) -> (Option<String>, Vec<String>) {
    let Some((_, list)) = message.split_once("constraint failed: ") else { return (None, Vec::new()) };
    let mut table = None;
    let mut columns = Vec::new();
    for item in list.split(", ") {
        // A unique index on an expression says `index 'name'` instead.
        let Some((owner, column)) = item.split_once('.') else { return (None, Vec::new()) };
        table.get_or_insert_with(|| owner.to_owned());
        columns.push(column.to_owned());
    }
    (table, columns)
}
