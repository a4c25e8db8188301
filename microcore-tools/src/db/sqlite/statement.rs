//! One statement on one connection: prepare, bind by number, step, read. Blocking; called on the blocking pool, and short reads in
//! place.
//!
//! In: SQL with `$1, $2, …`, values. Out: rows or a count.

use std::borrow::Cow;
use std::str::Utf8Error;

use rusqlite::fallible_streaming_iterator::FallibleStreamingIterator as _;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, Rows, Statement, StatementStatus, ToSql};

use crate::db::backend::{Result, Values, Wanted};
use crate::db::gathered::Gathered;
use crate::db::row::{Cells, Columns, Row};
use crate::db::sqlite::connection::Held;
use crate::db::sqlite::inserted;
use crate::db::sqlite::shape::{Places, Shape};
use crate::db::sqlite::stop;
use crate::db::sqlite::typeless::typeless;
use crate::db::sqlite::way::Way;
use crate::db::{DbError, DbErrorKind, Value};

/// Prepares a statement, cached by its text.
pub(crate) fn prepare<'a>(connection: &'a Connection, sql: &str) -> Result<CachedStatement<'a>> {
    connection.prepare_cached(sql).map_err(|error| naming(DbError::of_sqlite(error), sql))
}

/// What SQLite counted of a statement. Of a text without a statement, such as a comment, it counts nothing.
pub(crate) fn counted(statement: &Statement<'_>, what: StatementStatus) -> i32 {
    let is_empty =
        statement.column_count() == 0 && statement.parameter_count() == 0 && statement.expanded_sql().is_none();
    if is_empty { 0 } else { statement.get_status(what) }
}

/// Reads up to `wanted` rows. A statement that writes runs to its end whatever is wanted.
pub(crate) fn fetch<G: Gathered>(
    held: &Held,
    statement: &mut Statement<'_>,
    sql: &str,
    values: &[Value<'_>],
    wanted: Wanted,
) -> Result<G> {
    let ran = counted(statement, StatementStatus::Run) > 0;
    fetch_known(held.shapes.borrow_mut().of(sql, ran), statement, sql, values, wanted)
}

/// The same where the statement's shape is at hand.
pub(crate) fn fetch_known<G: Gathered>(
    shape: &mut Shape,
    statement: &mut Statement<'_>,
    sql: &str,
    values: &[Value<'_>],
    wanted: Wanted,
) -> Result<G> {
    bind(statement, shape, sql, values)?;
    let to_the_end = !statement.readonly();
    let found = match shape.positions::<G::Row>(statement) {
        Ok(found) => found,
        Err(error) => {
            return missed(statement, sql, error, |again| fetch_known(shape, again, sql, values, wanted));
        }
    };
    let mut rows = statement.raw_query();
    let Some(first) = rows.next().map_err(DbError::of_sqlite)? else {
        return wanted.check(0).map(|()| G::begin(wanted));
    };
    // Where another process changed the schema, the first step prepares `SELECT *` anew, with other columns.
    let compiled = first.as_ref().get_status(StatementStatus::RePrepare);
    if compiled != found.compiled.get() {
        let columns = Columns::new(first.as_ref().column_names());
        if columns.fingerprint() != found.names {
            shape.forget_columns();
            let positions = G::Row::positions(&columns).map_err(|error| naming(error, sql))?;
            return read(rows, &positions, sql, wanted, to_the_end);
        }
        found.compiled.set(compiled);
    }
    read(rows, found.columns, sql, wanted, to_the_end)
}

/// Reads the row that is there and those that follow.
fn read<G: Gathered>(
    mut rows: Rows<'_>,
    positions: &<G::Row as Row>::Positions,
    sql: &str,
    wanted: Wanted,
    to_the_end: bool,
) -> Result<G> {
    let (mut read, mut count) = (G::begin(wanted), 0);
    while let Some(row) = rows.get() {
        read.add(G::Row::read(positions, &CellsOf(row)).map_err(|error| naming(error, sql))?);
        count += 1;
        if count == wanted.limit() {
            break;
        }
        rows.advance().map_err(DbError::of_sqlite)?;
    }
    while to_the_end && rows.next().map_err(DbError::of_sqlite)?.is_some() {}
    wanted.check(count).map(|()| read)
}

/// A row misses a column. Another process may have added it: SQLite sees so at the first step, which a statement that
/// fails before would never take. One that reads is then read `again`; of one that writes, everything is undone with
/// the error, and the next call knows the columns.
#[cold]
fn missed<G>(
    statement: &mut Statement<'_>,
    sql: &str,
    error: DbError,
    again: impl FnOnce(&mut Statement<'_>) -> Result<G>,
) -> Result<G> {
    let prepared = counted(statement, StatementStatus::RePrepare);
    statement.raw_query().next().map_err(DbError::of_sqlite)?;
    if counted(statement, StatementStatus::RePrepare) == prepared {
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

/// Runs one statement alone, and notes of one that fails whether it left nothing behind.
pub(crate) fn single<T>(held: &Held, sql: &str, run: impl FnOnce() -> Result<T>) -> Result<T> {
    let before = held.sqlite.total_changes();
    let result = run();
    if result.is_err() {
        // What it changed was counted, also where the failure came after its end, as with a row that can't be read.
        let undone = held.sqlite.total_changes() == before
            && match prepare(&held.sqlite, sql) {
                Ok(statement) => held.shapes.borrow_mut().of(sql, true).undoes_itself(&held.sqlite, &statement),
                // It never began.
                Err(_) => true,
            };
        held.undone.set(undone);
    }
    result
}

/// Reads up to `wanted` rows of a statement that most likely writes.
pub(crate) fn fetch_written<T: Row>(
    held: &Held,
    sql: &str,
    way: Way,
    values: &Values,
    wanted: Wanted,
) -> Result<Vec<T>> {
    if let Some(inserted) = inserted::fetch(held, sql, values, wanted) {
        return inserted;
    }
    let mut statement = prepare_write(&held.sqlite, sql, way)?;
    fetch(held, &mut statement, sql, values, wanted)
}

/// Runs a statement to its end; the number of rows that it changed itself, triggers not counted.
pub(crate) fn execute(held: &Held, sql: &str, values: &Values) -> Result<u64> {
    let mut statement = prepare(&held.sqlite, sql)?;
    run(held, &mut statement, sql, values)
}

/// Runs one statement once per list of values.
pub(crate) fn execute_many(held: &Held, sql: &str, rows: &[Values]) -> Result<u64> {
    let mut statement = prepare(&held.sqlite, sql)?;
    let mut changed = 0;
    for values in rows {
        changed += run(held, &mut statement, sql, values)?;
    }
    Ok(changed)
}

/// Runs a prepared statement to its end.
pub(crate) fn run(held: &Held, statement: &mut Statement<'_>, sql: &str, values: &Values) -> Result<u64> {
    bind(statement, held.shapes.borrow_mut().of(sql, true), sql, values)?;
    // The statements of a list have their time each.
    stop::renew();
    let before = held.sqlite.total_changes();
    let mut rows = statement.raw_query();
    while rows.next().map_err(DbError::of_sqlite)?.is_some() {}
    // After anything but an INSERT, UPDATE or DELETE, `changes` still tells of the statement before.
    Ok(if held.sqlite.total_changes() == before { 0 } else { held.sqlite.changes() })
}

/// Gives every parameter its value, by what is known of the statement.
fn bind(statement: &mut Statement<'_>, shape: &mut Shape, sql: &str, values: &[Value<'_>]) -> Result<()> {
    let Some(places) = shape.places.as_ref().filter(|places| places.count == values.len()) else {
        let of = bind_by_name(statement, sql, values)?;
        shape.places = Some(Places { of, count: values.len() });
        return Ok(());
    };
    for (index, place) in places.of.iter().enumerate() {
        statement.raw_bind_parameter(index + 1, Bound(&values[*place])).map_err(DbError::of_sqlite)?;
    }
    Ok(())
}

/// To SQLite, `$1` is a parameter by name; the name carries the number. Gives the place of each parameter's value.
fn bind_by_name(statement: &mut Statement<'_>, sql: &str, values: &[Value<'_>]) -> Result<Box<[usize]>> {
    let mut used = vec![false; values.len()];
    let mut places = Vec::with_capacity(values.len());
    let mut highest = 0;
    for index in 1..=statement.parameter_count() {
        let number = number(statement.parameter_name(index)).map_err(|error| naming(error, sql))?;
        highest = highest.max(number);
        places.push(number - 1);
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
    Ok(places.into())
}

fn number(name: Option<&str>) -> Result<usize> {
    let digits = name.and_then(|name| name.strip_prefix('$')).filter(|digits| !digits.starts_with('0'));
    digits
        .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
        .and_then(|digits| digits.parse().ok())
        .ok_or_else(|| DbError::usage(format!("placeholder `{}` must be written `$1`, `$2`, …", name.unwrap_or("?"))))
}

/// Adds the statement's text where the statement itself is to blame. Values are not in it.
pub(crate) fn naming(error: DbError, sql: &str) -> DbError {
    match error.kind() {
        DbErrorKind::Syntax | DbErrorKind::Usage | DbErrorKind::Type => error.during(&format!("`{}`", sql.trim())),
        _ => error,
    }
}

struct Bound<'a>(&'a Value<'a>);

impl ToSql for Bound<'_> {
    #[inline]
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
    #[inline]
    fn cell(&self, position: usize) -> Result<Value<'_>> {
        Ok(match self.0.get_ref(position).map_err(DbError::of_sqlite)? {
            ValueRef::Null => Value::Null,
            ValueRef::Integer(value) => Value::Int(value),
            ValueRef::Real(value) => Value::Float(value),
            ValueRef::Text(bytes) => {
                let text = std::str::from_utf8(bytes).map_err(|error| no_text(error, self.name(position)))?;
                Value::Text(Cow::Borrowed(text))
            }
            ValueRef::Blob(bytes) => Value::Blob(Cow::Borrowed(bytes)),
        })
    }

    fn name(&self, position: usize) -> &str {
        self.0.as_ref().column_name(position).unwrap_or("?")
    }
}

#[cold]
fn no_text(error: Utf8Error, column: &str) -> DbError {
    DbError::mismatch(format!("column `{column}` must be UTF-8")).caused_by(error)
}
