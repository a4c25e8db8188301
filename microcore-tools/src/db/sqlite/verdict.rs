//! What SQLite says of statements that it prepares and does not run. Blocking.

use microcore_runtime::database::Verdict;
use rusqlite::Connection;

use crate::db::backend::Result;

/// One for each statement. On a reader's connection: some PRAGMAs act already when they are prepared.
pub(crate) fn of(sqlite: &Connection, statements: &[&str]) -> Result<Vec<Verdict>> {
    let verdict = |sql: &&str| match sqlite.prepare(sql) {
        Ok(_) => Verdict::Accepted,
        Err(rusqlite::Error::SqlInputError { msg, .. }) => Verdict::Refused(msg),
        Err(error) => Verdict::Refused(error.to_string()),
    };
    Ok(statements.iter().map(verdict).collect())
}
