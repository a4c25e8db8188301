//! Which databases have a transaction open around the code that runs now, so that a write beside it is refused.
//!
//! In: the identity of a database. Out: whether this task is inside a transaction on it. A spawned task is not.

use std::future::Future;
use std::path::Path;
use std::sync::Arc;

use crate::db::DbError;
use crate::db::backend::Result;
use crate::db::lexer;

tokio::task_local! {
    static OPEN: Vec<usize>;
}

/// Runs `work` as the inside of a transaction on `database`.
pub(crate) fn inside<F: Future>(database: usize, file: Option<Arc<Path>>, work: F) -> impl Future<Output = F::Output> {
    let mut open = OPEN.try_with(Clone::clone).unwrap_or_default();
    open.push(database);
    // The store of events may be in the same file.
    microcore_runtime::database::writing(file, OPEN.scope(open, work))
}

/// Refuses a write on `database` where its transaction is open around it: it would wait for itself on one engine, and
/// be no part of the transaction on the other.
pub(crate) fn no_write_beside(database: usize) -> Result<()> {
    if OPEN.try_with(|open| open.contains(&database)).unwrap_or_default() {
        return Err(DbError::usage(
            "a write inside `transaction` must be made on `tx`; made on `db`, it would be no part of the transaction",
        ));
    }
    Ok(())
}

/// Refuses a NUL, at which an engine stops to read what was written.
pub(crate) fn no_nul(sql: &str) -> Result<()> {
    if sql.as_bytes().contains(&0) {
        return Err(DbError::usage("a statement must not contain a NUL character"));
    }
    Ok(())
}

/// Refuses what begins or ends a transaction behind the contract's back.
pub(crate) fn no_control(sql: &str) -> Result<()> {
    no_nul(sql)?;
    if lexer::controls(sql) {
        return Err(DbError::usage(format!("`{}` must not begin or end a transaction; use `transaction`", sql.trim())));
    }
    Ok(())
}
