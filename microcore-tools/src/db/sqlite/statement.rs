//! One statement on one connection: prepare, bind by number, step, read. Blocking; called on the blocking pool, and short reads in
//! place.
//!
//! In: SQL with `$1, $2, …`, values. Out: rows or a count.

use std::borrow::Cow;

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, Statement, StatementStatus, ToSql};

use crate::db::backend::{Result, Values, Wanted};
use crate::db::row::{Cells, Columns, Row};
use crate::db::sqlite::stop;
use crate::db::sqlite::typeless::typeless;
use crate::db::sqlite::way::Way;
use crate::db::{DbError, DbErrorKind, Value};

/// Rows for which room is made at once.
const A_FEW: usize = 16;

/// Prepares a statement, cached by its text.
pub(crate) fn prepare<'a>(connection: &'a Connection, sql: &str) -> Result<CachedStatement<'a>> {
    connection.prepare_cached(sql).map_err(|error| naming(DbError::of_sqlite(error), sql))
}

/// Reads up to `wanted` rows. A statement that writes runs to its end whatever is wanted.
pub(crate) fn fetch<T: Row>(
    statement: &mut Statement<'_>,
    sql: &str,
    values: &Values,
    wanted: Wanted,
) -> Result<Vec<T>> {
    bind(statement, sql, values)?;
    let columns = Columns::new(statement.column_names());
    let found = T::positions(&columns);
    let names = columns.fingerprint();
    let mut positions = match found {
        Ok(positions) => positions,
        Err(error) => return missed(statement, sql, error, |again| fetch(again, sql, values, wanted)),
    };
    let to_the_end = !statement.readonly();
    let prepared = statement.get_status(StatementStatus::RePrepare);
    let mut rows = statement.raw_query();
    let mut read = Vec::with_capacity(wanted.limit().min(A_FEW));
    while read.len() < wanted.limit() {
        let Some(row) = rows.next().map_err(DbError::of_sqlite)? else {
            return wanted.check(read.len()).map(|()| read);
        };
        // Where another process changed the schema, the first step prepares `SELECT *` anew, with other columns.
        let anew = read.is_empty() && row.as_ref().get_status(StatementStatus::RePrepare) != prepared;
        if anew {
            let columns = Columns::new(row.as_ref().column_names());
            if columns.fingerprint() != names {
                positions = T::positions(&columns).map_err(|error| naming(error, sql))?;
            }
        }
        read.push(T::read(&positions, &CellsOf(row)).map_err(|error| naming(error, sql))?);
    }
    while to_the_end && rows.next().map_err(DbError::of_sqlite)?.is_some() {}
    wanted.check(read.len()).map(|()| read)
}

/// A row misses a column. Another process may have added it: SQLite sees so at the first step, which a statement that
/// fails before would never take. One that reads is then read `again`; of one that writes, everything is undone with
/// the error, and the next call knows the columns.
#[cold]
fn missed<T>(
    statement: &mut Statement<'_>,
    sql: &str,
    error: DbError,
    again: impl FnOnce(&mut Statement<'_>) -> Result<Vec<T>>,
) -> Result<Vec<T>> {
    let prepared = statement.get_status(StatementStatus::RePrepare);
    statement.raw_query().next().map_err(DbError::of_sqlite)?;
    if statement.get_status(StatementStatus::RePrepare) == prepared {
        return Err(naming(error, sql));
    }
    if statement.readonly() {
        return again(statement);
    }
    let message = "a table of the statement was changed meanwhile";
    Err(DbError::new(DbErrorKind::Busy, message).caused_by(error).in_conflict(true))
}

/// Prepares a statement that must not begin or end the transaction that it is in. To SQLite such a statement only
/// reads, and has no columns.
pub(crate) fn prepare_write<'a>(connection: &'a Connection, sql: &str, way: Way) -> Result<CachedStatement<'a>> {
    let statement = prepare(connection, sql)?;
    if way != Way::Bare && statement.readonly() && statement.column_count() == 0 {
        return Err(DbError::usage("a statement must not begin or end a transaction; use `transaction`"));
    }
    Ok(statement)
}

/// Runs a statement to its end; the number of rows that it changed itself, triggers not counted.
pub(crate) fn execute(connection: &Connection, sql: &str, values: &Values) -> Result<u64> {
    let mut statement = prepare(connection, sql)?;
    run(connection, &mut statement, sql, values)
}

/// Runs one statement once per list of values.
pub(crate) fn execute_many(connection: &Connection, sql: &str, rows: &[Values]) -> Result<u64> {
    let mut statement = prepare(connection, sql)?;
    let mut changed = 0;
    for values in rows {
        changed += run(connection, &mut statement, sql, values)?;
    }
    Ok(changed)
}

/// Runs a prepared statement to its end.
pub(crate) fn run(connection: &Connection, statement: &mut Statement<'_>, sql: &str, values: &Values) -> Result<u64> {
    bind(statement, sql, values)?;
    // The statements of a list have their time each.
    stop::renew();
    let before = connection.total_changes();
    let mut rows = statement.raw_query();
    while rows.next().map_err(DbError::of_sqlite)?.is_some() {}
    // After anything but an INSERT, UPDATE or DELETE, `changes` still tells of the statement before.
    Ok(if connection.total_changes() == before { 0 } else { connection.changes() })
}

/// To SQLite, `$1` is a parameter by name; the name carries the number.
fn bind(statement: &mut Statement<'_>, sql: &str, values: &Values) -> Result<()> {
    let mut used = vec![false; values.len()];
    let mut highest = 0;
    for index in 1..=statement.parameter_count() {
        let number = number(statement.parameter_name(index)).map_err(|error| naming(error, sql))?;
        highest = highest.max(number);
        if let Some(value) = values.get(number - 1) {
            used[number - 1] = true;
            statement.raw_bind_parameter(index, Bound(value)).map_err(DbError::of_sqlite)?;
        }
    }
    if highest > values.len() {
        let message = format!("the statement uses `${highest}`, and {} parameters were given", values.len());
        return Err(naming(DbError::usage(message), sql));
    }
    if let Some(unused) = used.iter().position(|used| !used) {
        let message =
            format!("{} parameters were given, and the statement does not use `${}`", values.len(), unused + 1);
        return Err(naming(DbError::usage(message), sql));
    }
    Ok(())
}

fn number(name: Option<&str>) -> Result<usize> {
    let digits = name.and_then(|name| name.strip_prefix('$')).filter(|digits| !digits.starts_with('0'));
    digits
        .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
        .and_then(|digits| digits.parse().ok())
        .ok_or_else(|| DbError::usage(format!("placeholder `{}` must be written `$1`, `$2`, …", name.unwrap_or("?"))))
}

/// Adds the statement's text where the statement itself is to blame. Values are not in it.
fn naming(error: DbError, sql: &str) -> DbError {
    match error.kind() {
        DbErrorKind::Syntax | DbErrorKind::Usage | DbErrorKind::Type => error.during(&format!("`{}`", sql.trim())),
        _ => error,
    }
}

struct Bound<'a>(&'a Value<'a>);

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self.0 {
            Value::Null => ToSqlOutput::Borrowed(ValueRef::Null),
            Value::Bool(value) => ToSqlOutput::Borrowed(ValueRef::Integer(i64::from(*value))),
            Value::Int(value) => ToSqlOutput::Borrowed(ValueRef::Integer(*value)),
            Value::Float(value) => ToSqlOutput::Borrowed(ValueRef::Real(*value)),
            Value::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Value::Blob(bytes) => ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
            Value::Json(json) => ToSqlOutput::Owned(json.to_string().into()),
            other => ToSqlOutput::Owned(typeless(other)?),
        })
    }
}

struct CellsOf<'a>(&'a rusqlite::Row<'a>);

impl Cells for CellsOf<'_> {
    fn cell(&self, position: usize) -> Result<Value<'_>> {
        Ok(match self.0.get_ref(position).map_err(DbError::of_sqlite)? {
            ValueRef::Null => Value::Null,
            ValueRef::Integer(value) => Value::Int(value),
            ValueRef::Real(value) => Value::Float(value),
            ValueRef::Text(bytes) => Value::Text(Cow::Borrowed(std::str::from_utf8(bytes).map_err(|error| {
                DbError::mismatch(format!("column `{}` must be UTF-8", self.name(position))).caused_by(error)
            })?)),
            ValueRef::Blob(bytes) => Value::Blob(Cow::Borrowed(bytes)),
        })
    }

    fn name(&self, position: usize) -> &str {
        self.0.as_ref().column_name(position).unwrap_or("?")
    }
}
