//! The database as guests have it: named statements, values of few kinds, a transaction that can be held.
//!
//! In: SQL of a guest's manifest and values that came over its socket. Out: rows. Values become what the engine has
//! through the same [`Value`] as everybody's.

use std::any;
use std::borrow::Cow;
use std::sync::Arc;

use microcore_runtime::error::{Error, Result};
use microcore_runtime::event::{Envelope, Transactional};
use microcore_runtime::guest::{GuestDatabase, GuestRows, GuestTransaction, GuestValue, Pending};

use crate::db::lexer::{Token, tokens};
use crate::db::reads::Unknown;
use crate::db::row::{Cells, Columns};
use crate::db::{Backend, Database, DbError, DbErrorKind, Row, Transaction, Value, text};

/// What a guest's statement may begin with. Nothing else can be explained without being run, on one engine or the other.
const VERBS: [&str; 7] = ["SELECT", "WITH", "VALUES", "INSERT", "REPLACE", "UPDATE", "DELETE"];

/// A row of columns that only the statement knows.
#[derive(Debug)]
struct Any {
    columns: Arc<[String]>,
    values: Vec<GuestValue>,
}

impl Row for Any {
    type Positions = Arc<[String]>;
    type Reads = Unknown;

    fn positions(columns: &Columns<'_>) -> Result<Arc<[String]>, DbError> {
        Ok(columns.names().map(str::to_owned).collect())
    }

    fn read<C: Cells>(columns: &Arc<[String]>, cells: &C) -> Result<Self, DbError> {
        let values = (0..columns.len()).map(|position| cells.cell(position).map(to_guest));
        Ok(Self { columns: Arc::clone(columns), values: values.collect::<Result<_, DbError>>()? })
    }
}

/// A row of which nothing is read.
#[derive(Debug)]
struct Ignored;

impl Row for Ignored {
    type Positions = ();
    type Reads = Unknown;

    fn positions(_: &Columns<'_>) -> Result<(), DbError> {
        Ok(())
    }

    fn read<C: Cells>((): &(), _: &C) -> Result<Self, DbError> {
        Ok(Self)
    }
}

fn to_guest(value: Value<'_>) -> GuestValue {
    match value {
        Value::Null => GuestValue::Null,
        Value::Bool(value) => GuestValue::Bool(value),
        Value::Int(value) => GuestValue::Int(value),
        Value::Float(value) => GuestValue::Float(value),
        Value::Text(value) => GuestValue::Text(value.into_owned()),
        Value::Blob(value) => GuestValue::Bytes(value.into_owned()),
        Value::Json(value) => GuestValue::Json(value.to_string()),
        Value::Timestamp(value) => GuestValue::Text(text::of_timestamp(value)),
        Value::Date(value) => GuestValue::Text(text::of_date(value)),
        Value::Uuid(value) => GuestValue::Text(value.to_string()),
        Value::Decimal(value) => GuestValue::Text(value.to_string()),
    }
}

fn of_guest(value: GuestValue) -> Result<Value<'static>, DbError> {
    Ok(match value {
        GuestValue::Null => Value::Null,
        GuestValue::Bool(value) => Value::Bool(value),
        GuestValue::Int(value) => Value::Int(value),
        GuestValue::Float(value) => Value::Float(value),
        GuestValue::Text(value) => Value::Text(Cow::Owned(value)),
        GuestValue::Bytes(value) => Value::Blob(Cow::Owned(value)),
        GuestValue::Json(value) => {
            let json = serde_json::from_str(&value);
            Value::Json(Cow::Owned(json.map_err(|error| DbError::mismatch(format!("a value is not JSON: {error}")))?))
        }
    })
}

fn all(values: Vec<GuestValue>) -> Result<Vec<Value<'static>>, DbError> {
    values.into_iter().map(of_guest).collect()
}

fn rows(read: Vec<Any>) -> GuestRows {
    let columns = read.first().map(|row| row.columns.to_vec()).unwrap_or_default();
    GuestRows { columns, rows: read.into_iter().map(|row| row.values).collect() }
}

impl<B: Backend> GuestDatabase for Database<B> {
    fn refusal<'p>(&'p self, sql: &'p str) -> Pending<'p, Option<String>> {
        Box::pin(async move {
            let verb = tokens(sql).find_map(|token| if let Token::Word(word, _) = token { Some(word) } else { None });
            if !verb.is_some_and(|verb| VERBS.iter().any(|known| known.eq_ignore_ascii_case(verb))) {
                return Ok(Some(format!("a statement must begin with {}", VERBS.join(", "))));
            }
            let number = |token| if let Token::Placeholder(number) = token { Some(number) } else { None };
            let count = tokens(sql).filter_map(number).max().unwrap_or_default();
            if count > 99 {
                return Ok(Some("a statement may have 99 placeholders".to_owned()));
            }
            // The engine prepares the statement, with everything that it would say of it, and tells its plan.
            match self.query::<Ignored>(&format!("EXPLAIN {sql}"), vec![Value::Null; count]).await {
                Ok(_) => Ok(None),
                Err(error) if matches!(error.kind(), DbErrorKind::Busy | DbErrorKind::Unavailable) => Err(error.into()),
                Err(error) => Ok(Some(Error::from(error).to_string())),
            }
        })
    }

    fn words(&self, sql: &str) -> Vec<String> {
        // What stands in quotes may be a name as well.
        let bare = sql.replace(['"', '`', '[', ']'], " ");
        let word = |token| if let Token::Word(word, _) = token { Some(word.to_lowercase()) } else { None };
        tokens(&bare).filter_map(word).collect()
    }

    fn query<'p>(&'p self, sql: &'p str, values: Vec<GuestValue>) -> Pending<'p, GuestRows> {
        Box::pin(async move { Ok(rows(Self::query(self, sql, all(values)?).await?)) })
    }

    fn execute<'p>(&'p self, sql: &'p str, values: Vec<GuestValue>) -> Pending<'p, u64> {
        Box::pin(async move { Ok(Self::execute(self, sql, all(values)?).await?) })
    }

    fn begin(&self) -> Pending<'_, Box<dyn GuestTransaction>> {
        Box::pin(async move {
            let open: Box<dyn GuestTransaction> = Box::new(self.open().await?);
            Ok(open)
        })
    }
}

impl<B: Backend> GuestTransaction for Transaction<B> {
    fn query<'p>(&'p mut self, sql: &'p str, values: Vec<GuestValue>) -> Pending<'p, GuestRows> {
        Box::pin(async move { Ok(rows(Self::query(self, sql, all(values)?).await?)) })
    }

    fn execute<'p>(&'p mut self, sql: &'p str, values: Vec<GuestValue>) -> Pending<'p, u64> {
        Box::pin(async move { Ok(Self::execute(self, sql, all(values)?).await?) })
    }

    fn keep<'p>(
        &'p mut self,
        envelope: &'p Envelope,
        payload: &'p str,
        event: Arc<dyn any::Any + Send + Sync>,
    ) -> Pending<'p, ()> {
        Box::pin(Transactional::keep(self, envelope, payload, event))
    }

    fn first_time<'p>(&'p mut self, event: &'p str, subscriber: &'p str) -> Pending<'p, bool> {
        Box::pin(Transactional::first_time(self, event, subscriber))
    }

    fn commit(self: Box<Self>) -> Pending<'static, ()> {
        Box::pin(async move { Ok(Self::commit(*self).await?) })
    }
}
