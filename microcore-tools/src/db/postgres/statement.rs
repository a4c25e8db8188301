//! One prepared statement on one connection: bind, run, read.
//!
//! In: values for `$1, $2, …`. Out: rows or a count.

use std::pin::pin;

use futures_util::TryStreamExt;
use tokio_postgres::{Client, Row as ServerRow, Statement};

use crate::db::backend::{Result, Values, Wanted};
use crate::db::postgres::value::{Bound, Cell};
use crate::db::row::{Cells, Columns, Row};
use crate::db::{DbError, DbErrorKind, Value, lexer};

/// The parameters as the driver wants them.
pub(crate) fn bound<'a>(values: &'a Values) -> impl ExactSizeIterator<Item = Bound<'a>> + use<'a> {
    values.iter().enumerate().map(|(index, value): (usize, &Value<'a>)| Bound { number: index + 1, value })
}

/// Whether the error is that a row reads columns which the statement does not have: it was not run.
pub(crate) fn misses<T: Row>(statement: &Statement, error: &DbError) -> bool {
    error.kind() == DbErrorKind::Type
        && T::positions(&Columns::new(statement.columns().iter().map(tokio_postgres::Column::name))).is_err()
}

/// Reads up to `wanted` rows. The rest is computed and thrown away.
pub(crate) async fn fetch<T: Row>(
    client: &Client,
    statement: &Statement,
    sql: &str,
    values: &Values,
    wanted: Wanted,
) -> Result<Vec<T>> {
    let columns = Columns::new(statement.columns().iter().map(tokio_postgres::Column::name));
    let positions = T::positions(&columns).map_err(|error| naming(error, sql))?;
    let stream = client.query_raw(statement, bound(values)).await.map_err(|error| of(error, sql))?;
    let mut rows = pin!(stream);
    let mut read = Vec::new();
    // To the end in any case: the error of a later row undoes the statement.
    while let Some(row) = rows.try_next().await.map_err(|error| of(error, sql))? {
        if read.len() < wanted.limit() {
            read.push(T::read(&positions, &CellsOf(row)).map_err(|error| naming(error, sql))?);
        }
    }
    wanted.check(read.len()).map(|()| read)
}

/// Runs a statement; the number of rows that it changed.
pub(crate) async fn execute(client: &Client, statement: &Statement, sql: &str, values: &Values) -> Result<u64> {
    let counted = client.execute_raw(statement, bound(values)).await.map_err(|error| of(error, sql))?;
    // The server counts the rows of a SELECT too; only changed ones are told.
    Ok(if lexer::reads(sql) { 0 } else { counted })
}

pub(crate) fn of(error: tokio_postgres::Error, sql: &str) -> DbError {
    naming(DbError::of_postgres(error), sql)
}

/// Adds the statement's text where the statement itself is to blame. Values are not in it.
pub(crate) fn naming(error: DbError, sql: &str) -> DbError {
    match error.kind() {
        DbErrorKind::Syntax | DbErrorKind::Usage | DbErrorKind::Type => error.during(&format!("`{}`", sql.trim())),
        _ => error,
    }
}

struct CellsOf(ServerRow);

impl Cells for CellsOf {
    fn cell(&self, position: usize) -> Result<Value<'_>> {
        let cell: Result<Cell<'_>, _> = self.0.try_get(position);
        cell.map(|cell| cell.0).map_err(|error| {
            let cause = std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string);
            DbError::mismatch(format!("column `{}` can't be read: {cause}", self.name(position))).caused_by(error)
        })
    }

    fn name(&self, position: usize) -> &str {
        self.0.columns().get(position).map_or("?", tokio_postgres::Column::name)
    }
}
