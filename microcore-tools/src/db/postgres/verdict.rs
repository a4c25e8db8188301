//! What a PostgreSQL server says of statements that it prepares and does not run.
//!
//! A call says the types of its values where the server can't tell them; here there are no values. So a statement that
//! the server finds unclear is tried with the types that values have, all of one type at a time, before it is said to be
//! unclear.

use microcore_runtime::database::Verdict;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Error};

use crate::db::DbError;
use crate::db::backend::Result;
use crate::db::lexer::{Token, tokens};
use crate::db::postgres::prepared::{Attempts, is_unclear};

/// Those that a value can have.
const TYPES: [Type; 9] = [
    Type::TEXT,
    Type::INT8,
    Type::FLOAT8,
    Type::BOOL,
    Type::TIMESTAMPTZ,
    Type::UUID,
    Type::NUMERIC,
    Type::JSONB,
    Type::BYTEA,
];

/// One for each statement.
pub(crate) async fn of(client: &Client, statements: &[&str]) -> Result<Vec<Verdict>> {
    let mut verdicts = Vec::with_capacity(statements.len());
    for sql in statements {
        verdicts.push(verdict(client, sql).await?);
    }
    Ok(verdicts)
}

async fn verdict(client: &Client, sql: &str) -> Result<Verdict> {
    let Err(error) = client.prepare(sql).await else { return Ok(Verdict::Accepted) };
    let Some(report) = error.as_db_error() else { return Err(DbError::of_postgres(error)) };
    let parameters = parameters(sql);
    let hangs_on_types = parameters > 0 && is_unclear(&error);
    if hangs_on_types {
        let attempts = Attempts { client, open: false, sql };
        if attempts.told_otherwise(&vec![Type::UNKNOWN; parameters]).await.is_some() {
            return Ok(Verdict::Accepted);
        }
    }
    for ty in TYPES.into_iter().filter(|_| hangs_on_types) {
        match client.prepare_typed(sql, &vec![ty; parameters]).await {
            Ok(_) => return Ok(Verdict::Accepted),
            Err(error) if error.as_db_error().is_none() => return Err(DbError::of_postgres(error)),
            Err(_) => {}
        }
    }
    let hint = report.hint().map(|hint| format!(" ({hint})")).unwrap_or_default();
    let sentence = format!("{}{hint}", report.message());
    Ok(if hangs_on_types && !names_nothing(&error) { Verdict::Unclear(sentence) } else { Verdict::Refused(sentence) })
}

/// "function lwer(unknown) does not exist": no type of a value makes it one that does.
fn names_nothing(error: &Error) -> bool {
    error.code() == Some(&SqlState::UNDEFINED_FUNCTION)
}

/// The highest number of a placeholder.
fn parameters(sql: &str) -> usize {
    let number = |token| if let Token::Placeholder(number) = token { Some(number) } else { None };
    tokens(sql).filter_map(number).max().unwrap_or_default().min(usize::from(u16::MAX))
}
