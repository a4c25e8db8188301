//! SQLite's messages, read.

use rusqlite::Error;

use crate::engine::Refusal;

/// Why a statement was not prepared.
pub(super) fn read(error: &Error, sql: &str) -> Refusal {
    if matches!(error, Error::MultipleStatement) {
        return Refusal::Several;
    }
    let message = message(error);
    let line = line(error).unwrap_or_else(|| sql.lines().count().max(1));
    if let Some(near) = message.strip_prefix("near \"").and_then(|rest| rest.strip_suffix("\": syntax error")) {
        return Refusal::Syntax { near: Some(near.to_owned()), line };
    }
    if let Some(token) = message.strip_prefix("unrecognized token: \"") {
        return Refusal::Syntax { near: Some(token.trim_end_matches('"').to_owned()), line };
    }
    if message == "incomplete input" {
        return Refusal::Syntax { near: None, line };
    }
    if let Some(table) = message.strip_prefix("no such table: ") {
        return Refusal::Table(table.trim_start_matches("main.").to_owned());
    }
    if let Some((table, column)) =
        message.strip_prefix("table ").and_then(|rest| rest.split_once(" has no column named "))
    {
        return Refusal::Column { name: column.to_owned(), table: Some(table.to_owned()) };
    }
    if let Some(column) = message.strip_prefix("no such column: ") {
        // `"x" - should this be a string literal in single-quotes?`
        let column = column.split(" - should").next().unwrap_or(column).trim_matches('"');
        // What stands before the dot is often an alias, of which SQLite tells nothing.
        let name = column.rsplit('.').next().unwrap_or(column);
        return Refusal::Column { name: name.to_owned(), table: None };
    }
    Refusal::Other(message)
}

/// The message without the statement.
pub(super) fn message(error: &Error) -> String {
    match error {
        Error::SqlInputError { msg, .. } | Error::SqliteFailure(_, Some(msg)) => msg.clone(),
        other => other.to_string(),
    }
}

/// The line of the text that SQLite points at.
pub(super) fn line(error: &Error) -> Option<usize> {
    let Error::SqlInputError { sql, offset, .. } = error else { return None };
    let before = sql.get(..usize::try_from(*offset).ok()?)?;
    Some(before.matches('\n').count() + 1)
}
