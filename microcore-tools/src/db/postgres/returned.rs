//! What an INSERT returns, as the server's catalogue tells it: of which kind each column is, and whether it may be NULL.
//!
//! Asked once per statement and connection. Whoever drops a NOT NULL while connections are open is not noticed by them:
//! a row that then can't be read is an error, and is stored.

use tokio_postgres::types::Type;
use tokio_postgres::{Client, Column, Error, Statement};

use crate::db::lexer::{Token, tokens, verb};
use crate::db::postgres::value::is_text;
use crate::db::returned::{Kind, Returned};

/// Whether the column of a plain table must not be NULL. A rule may return something else in its place.
const NEVER_NULL: &str = "SELECT a.attnotnull AND NOT t.relhasrules AND t.relkind IN ('r', 'p')
    FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class t ON t.oid = a.attrelid
    WHERE a.attrelid = $1 AND a.attnum = $2";

/// The columns of an INSERT; nothing of any other statement, which may return what a join leaves empty.
pub(crate) async fn of(client: &Client, statement: &Statement, sql: &str) -> Result<Vec<Returned>, Error> {
    // Where a row is inserted, what was there before is NULL.
    let names_old =
        || tokens(sql).any(|token| matches!(token, Token::Word(word, _) if word.eq_ignore_ascii_case("old")));
    if !verb(sql).eq_ignore_ascii_case("INSERT") || names_old() {
        return Ok(Vec::new());
    }
    let mut columns = Vec::with_capacity(statement.columns().len());
    for column in statement.columns() {
        columns.push(Returned { kind: kind(column.type_()), nullable: may_be_null(client, column).await? });
    }
    Ok(columns)
}

async fn may_be_null(client: &Client, column: &Column) -> Result<bool, Error> {
    // An expression is of no table.
    let (Some(table), Some(number)) = (column.table_oid(), column.column_id()) else { return Ok(true) };
    let row = client.query_typed_opt(NEVER_NULL, &[(&table, Type::OID), (&number, Type::INT2)]).await?;
    Ok(!row.is_some_and(|row| row.get(0)))
}

fn kind(ty: &Type) -> Kind {
    match *ty {
        Type::INT2 => Kind::Int(16),
        Type::INT4 => Kind::Int(32),
        Type::INT8 => Kind::Int(64),
        Type::BOOL => Kind::Bool,
        Type::UUID => Kind::Uuid,
        _ if is_text(ty) => Kind::Text,
        _ => Kind::Other,
    }
}
