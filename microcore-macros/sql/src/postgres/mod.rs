//! PostgreSQL's SQL, parsed: no server runs while compiling.
//!
//! In: the migrations in order. Out: an [`Engine`] that knows the syntax, the tables and whose they are; types,
//! functions and most columns only a server knows.

mod names;
mod refusal;
mod shape;
mod tables;

use sqlparser::ast::{Expr, SelectItem, SetExpr, Statement, Visit};
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::keywords::Keyword;
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::{Token, TokenWithSpan, Tokenizer};

use self::names::{Names, last, lower};
use self::tables::Known;
use crate::engine::{Engine, Prepared, Refusal, Tables};
use crate::migrations::Migration;

/// What the migrations say, without a server.
#[derive(Debug)]
pub(crate) struct Postgres(Known);

impl Postgres {
    pub(crate) fn migrated(migrations: &[Migration]) -> Self {
        let mut known = Known::default();
        for migration in migrations {
            known.note(migration);
        }
        Self(known)
    }
}

impl Engine for Postgres {
    fn name(&self) -> &'static str {
        "PostgreSQL"
    }

    /// A parser that is not the server's own lags behind it.
    fn is_stricter(&self) -> bool {
        true
    }

    fn prepare(&self, sql: &str) -> Result<Prepared, Refusal> {
        let mut statements = parse(sql).map_err(|error| refusal::read(&error))?;
        let statement = match (statements.pop(), statements.is_empty()) {
            (Some(statement), true) => statement,
            (Some(_), false) => return Err(Refusal::Several),
            (None, _) => return Err(Refusal::Syntax { near: None, line: 1 }),
        };
        let mut names = Names::default();
        let _ = statement.visit(&mut names);
        let names = names.used();
        let missing = |name: &&String| !self.0.tables.contains_key(*name) && !name.starts_with("pg_");
        if let Some(table) = names.reads.union(&names.writes).find(missing)
            && self.0.complete
        {
            return Err(Refusal::Table(table.clone()));
        }
        let known = |name: &String| self.0.tables.contains_key(name);
        Ok(Prepared {
            columns: columns(&statement),
            placeholders: names.placeholders.into_iter().collect(),
            reads: names.reads.into_iter().filter(known).collect(),
            writes: names.writes.into_iter().filter(known).collect(),
        })
    }

    fn tables(&self) -> &Tables {
        &self.0.tables
    }

    fn text_of_tables(&self) -> String {
        self.0.text()
    }
}

fn parse(sql: &str) -> Result<Vec<Statement>, ParserError> {
    let dialect = PostgreSqlDialect {};
    let tokens = Tokenizer::new(&dialect, sql).tokenize_with_location()?;
    Parser::new(&dialect).with_tokens_with_locations(without_only(tokens)).parse_statements()
}

/// Without the `ONLY` in front of a table, which the parser takes for its name, and the parentheses that may be around
/// the name then. To PostgreSQL the word is reserved.
fn without_only(tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    const BEFORE: [Keyword; 5] = [Keyword::FROM, Keyword::JOIN, Keyword::UPDATE, Keyword::USING, Keyword::INTO];
    let (mut left, mut before, mut closes) = (Vec::with_capacity(tokens.len()), Token::EOF, false);
    for token in tokens {
        let word = |token: &Token| if let Token::Word(word) = token { word.keyword } else { Keyword::NoKeyword };
        let is_only = |token: &Token| word(token) == Keyword::ONLY;
        let leaves_out = match &token.token {
            Token::Whitespace(_) => {
                left.push(token);
                continue;
            }
            only if is_only(only) => before == Token::Comma || BEFORE.contains(&word(&before)),
            Token::LParen if is_only(&before) => {
                closes = true;
                true
            }
            Token::RParen => std::mem::take(&mut closes),
            _ => false,
        };
        before = token.token.clone();
        if !leaves_out {
            left.push(token);
        }
    }
    left
}

/// The columns of the statement's rows, where the text names them all.
fn columns(statement: &Statement) -> Option<Vec<String>> {
    let returned = |items: &Option<Vec<SelectItem>>| items.as_deref().map_or_else(|| Some(Vec::new()), named);
    match statement {
        Statement::Query(query) => match &*query.body {
            SetExpr::Select(select) => named(&select.projection),
            _ => None,
        },
        Statement::Insert(insert) => returned(&insert.returning),
        Statement::Update(update) => returned(&update.returning),
        Statement::Delete(delete) => returned(&delete.returning),
        _ => None,
    }
}

fn named(items: &[SelectItem]) -> Option<Vec<String>> {
    let name = |item: &SelectItem| match item {
        SelectItem::UnnamedExpr(Expr::Identifier(name)) => Some(lower(name)),
        SelectItem::UnnamedExpr(Expr::CompoundIdentifier(parts)) => parts.last().map(lower),
        SelectItem::UnnamedExpr(Expr::Function(function)) => last(&function.name),
        SelectItem::ExprWithAlias { alias, .. } => Some(lower(alias)),
        // Of a wildcard and of other expressions only a server knows the names.
        _ => None,
    };
    items.iter().map(name).collect()
}

#[cfg(test)]
mod tests;
