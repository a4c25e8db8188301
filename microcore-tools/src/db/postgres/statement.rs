//! One statement on one connection: prepare, bind, run, read.
//!
//! In: SQL with `$1, $2, …`, values. Out: rows or a count.

use std::collections::HashMap;
use std::pin::pin;

use futures_util::TryStreamExt;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Row as ServerRow, Statement};

use crate::db::backend::{Result, Values, Wanted};
use crate::db::postgres::value::{Bound, Cell, is_text, own_type};
use crate::db::row::{Cells, Columns, Row};
use crate::db::{DbError, DbErrorKind, Value, lexer, placeholder};

/// Statements that a connection keeps prepared.
const CACHED_STATEMENTS: usize = 256;

/// The statements that a connection has prepared, by their text.
#[derive(Debug, Default)]
pub(crate) struct Statements(HashMap<String, Vec<Prepared>>);

#[derive(Debug)]
struct Prepared {
    statement: Statement,
    /// The values' own types, where they had a say.
    own: Option<Vec<Type>>,
}

impl Prepared {
    fn takes(&self, values: &Values) -> bool {
        let Some(own) = &self.own else { return self.statement.params().len() == values.len() };
        own.len() == values.len() && values.iter().zip(own).all(|(value, own)| own_type(value) == *own)
    }
}

impl Statements {
    /// Prepares a statement, unless it is prepared already.
    pub(crate) async fn prepare(&mut self, client: &Client, sql: &str, values: &Values) -> Result<Statement> {
        let found = self.0.get(sql).and_then(|all| all.iter().find(|prepared| prepared.takes(values)));
        if let Some(prepared) = found {
            return Ok(prepared.statement.clone());
        }
        let prepared = prepare(client, sql, values).await.map_err(|error| naming(error, sql))?;
        // An application has fewer statements than this. One that builds SQL at run time starts anew now and then.
        if self.0.len() >= CACHED_STATEMENTS {
            self.0.clear();
        }
        let statement = prepared.statement.clone();
        self.0.entry(sql.to_owned()).or_default().push(prepared);
        Ok(statement)
    }

    /// Forgets what a changed schema has made stale.
    pub(crate) fn forget(&mut self) {
        self.0.clear();
    }
}

/// Lets the server say what each parameter is. Where it can't, or takes text because it takes anything, the value says.
async fn prepare(client: &Client, sql: &str, values: &Values) -> Result<Prepared> {
    placeholder::check(sql, values.len())?;
    let own: Vec<Type> = values.iter().map(own_type).collect();
    let told = match client.prepare(sql).await {
        Ok(told) => told,
        Err(error) => {
            let unclear =
                [SqlState::INDETERMINATE_DATATYPE, SqlState::AMBIGUOUS_FUNCTION, SqlState::UNDEFINED_FUNCTION];
            let again = match error.code() {
                Some(code) if unclear.contains(code) => client.prepare_typed(sql, &own).await.ok(),
                _ => None,
            };
            // Where both fail, the first error is about the statement as it was written.
            let statement = again.ok_or_else(|| DbError::of_postgres(error))?;
            return Ok(Prepared { statement, own: Some(own) });
        }
    };
    if !told.params().iter().any(is_text) {
        return Ok(Prepared { statement: told, own: None });
    }
    let asks = |(told, own): (&Type, &Type)| is_text(told) && !matches!(*own, Type::TEXT | Type::UNKNOWN);
    let pairs = || told.params().iter().zip(&own);
    if !pairs().any(asks) {
        return Ok(Prepared { statement: told, own: Some(own) });
    }
    let types: Vec<Type> = pairs().map(|pair| if asks(pair) { pair.1.clone() } else { pair.0.clone() }).collect();
    // A column or a function that does want text refuses another type; the value is then written as text.
    let statement = client.prepare_typed(sql, &types).await.unwrap_or(told);
    Ok(Prepared { statement, own: Some(own) })
}

/// The parameters as the driver wants them.
pub(crate) fn bound<'a>(values: &'a Values) -> impl ExactSizeIterator<Item = Bound<'a>> + use<'a> {
    values.iter().enumerate().map(|(index, value): (usize, &Value<'a>)| Bound { number: index + 1, value })
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
    Ok(read)
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
fn naming(error: DbError, sql: &str) -> DbError {
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
