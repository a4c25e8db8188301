//! `INSERT … RETURNING id` without the `RETURNING`, where the key is all that is asked for.
//!
//! SQLite keeps what `RETURNING` gives in a table of its own, with a page cache of its own, made and dropped at each
//! call, and copies every page into a journal of the statement: a third of what a short insert costs. The key of the new
//! row is known without it, by `last_insert_rowid`. In: the statement as it was written. Out: the same rows, or `None`
//! where the two could differ.

use std::sync::Arc;

use rusqlite::{Connection, Statement, StatementStatus};

use crate::db::backend::{Result, Values, Wanted};
use crate::db::lexer::{Token, tokens};
use crate::db::row::{Cells, Columns, Row};
use crate::db::sqlite::connection::Held;
use crate::db::sqlite::program::{self, Instruction};
use crate::db::sqlite::statement::{self, naming};
use crate::db::{DbError, DbErrorKind, Value};

/// Whether a statement is run like this.
#[derive(Debug, Clone, Default)]
pub(crate) enum Key {
    /// Nobody asked yet.
    #[default]
    Unknown,
    Never,
    /// As of so many compilations of the shorter statement.
    Is(Arc<ByKey>, i32),
}

/// How it is run.
#[derive(Debug)]
pub(crate) struct ByKey {
    /// The statement without `RETURNING`.
    insert: Box<str>,
    /// The column that was asked for.
    column: Box<str>,
}

/// Inserts one row and gives its key as the row of the result; `None` where the statement is to be run as it is.
pub(crate) fn fetch<T: Row>(held: &Held, sql: &str, values: &Values, wanted: Wanted) -> Option<Result<Vec<T>>> {
    let known = held.shapes.borrow_mut().of(sql, true).key.clone();
    let looked_at = match known {
        Key::Never => return None,
        Key::Unknown => None,
        Key::Is(key, compiled) => Some((key, compiled)),
    };
    let is_new = looked_at.is_none();
    let key = match looked_at.as_ref() {
        Some((key, _)) => Arc::clone(key),
        None => match ByKey::of(&held.sqlite, sql) {
            Some(key) => Arc::new(key),
            None => {
                held.shapes.borrow_mut().of(sql, true).key = Key::Never;
                return None;
            }
        },
    };
    let mut statement = match statement::prepare(&held.sqlite, &key.insert) {
        Ok(statement) => statement,
        Err(error) => return Some(Err(error)),
    };
    let compiled = statement.get_status(StatementStatus::RePrepare);
    // Compiled since it was looked at: the table may be another, or have a trigger.
    let is_old = looked_at.is_some_and(|(_, at)| at != compiled || statement.get_status(StatementStatus::Run) == 0);
    if is_old {
        drop(statement);
        held.shapes.borrow_mut().of(sql, true).key = Key::Unknown;
        return fetch(held, sql, values, wanted);
    }
    if is_new {
        held.shapes.borrow_mut().of(sql, true).key = Key::Is(Arc::clone(&key), compiled);
    }
    Some(insert(held, &key, &mut statement, sql, values, wanted))
}

fn insert<T: Row>(
    held: &Held,
    key: &ByKey,
    statement: &mut Statement<'_>,
    sql: &str,
    values: &Values,
    wanted: Wanted,
) -> Result<Vec<T>> {
    let compiled = statement.get_status(StatementStatus::RePrepare);
    let columns = Columns::new([&*key.column]);
    let positions = T::positions(&columns).map_err(|error| naming(error, sql))?;
    let inserted = statement::run(held, statement, &key.insert, values)?;
    if statement.get_status(StatementStatus::RePrepare) != compiled {
        // Another process changed the schema. Where a look at it says the same as before, so is the key.
        held.shapes.borrow_mut().of(sql, true).key = Key::Unknown;
        if ByKey::of(&held.sqlite, sql).is_none() {
            // Undone with the error, and the next call runs the statement as it is.
            let message = "a table of the statement was changed meanwhile";
            return Err(DbError::new(DbErrorKind::Busy, message).in_conflict(true));
        }
    }
    let mut rows = Vec::new();
    // None where the table itself says to leave out a row that is there already.
    if inserted > 0 {
        let row = KeyOf { column: &key.column, key: held.sqlite.last_insert_rowid() };
        rows.push(T::read(&positions, &row).map_err(|error| naming(error, sql))?);
    }
    wanted.check(rows.len()).map(|()| rows)
}

/// The one cell.
struct KeyOf<'a> {
    column: &'a str,
    key: i64,
}

impl Cells for KeyOf<'_> {
    fn cell(&self, position: usize) -> Result<Value<'_>> {
        let missing = || DbError::mismatch(format!("the result has one column (`{}`)", self.column));
        if position == 0 { Ok(Value::Int(self.key)) } else { Err(missing()) }
    }

    fn name(&self, _: usize) -> &str {
        self.column
    }
}

impl ByKey {
    /// Of a statement whose rows can be had like this, by its words and by what SQLite makes of them.
    fn of(sqlite: &Connection, sql: &str) -> Option<Self> {
        let Words { insert, table, column } = Words::of(sql)?;
        // A read of the key is an instruction of its own, whatever the key is called; that of another column, or of a
        // table without one, is not.
        let look = program::of(sqlite, &format!("SELECT {column} FROM {table} NOT INDEXED")).ok()?;
        let has = |steps: &[Instruction], opcodes: &[&str]| steps.iter().any(|step| opcodes.contains(&&*step.opcode));
        let is_key = has(&look, &["Rowid"]) && !has(&look, &["Column"]);
        // A trigger may leave the row out, or put it elsewhere, as that of a view does.
        let steps = program::of(sqlite, insert).ok()?;
        let is_plain = has(&steps, &["Insert"]) && !has(&steps, &["Program", "VUpdate", "OpenEphemeral"]);
        (is_key && is_plain).then(|| Self { insert: insert.into(), column: column.into() })
    }
}

/// What the text says, where it is `INSERT INTO table [(…)] VALUES (…) RETURNING column` with plain names.
#[derive(Debug, PartialEq, Eq)]
struct Words<'a> {
    insert: &'a str,
    table: &'a str,
    column: &'a str,
}

impl<'a> Words<'a> {
    fn of(sql: &'a str) -> Option<Self> {
        let mut tokens = tokens(sql);
        let is = |token: Token<'_>, expected: &str| matches!(token, Token::Word(word, 0) if word.eq_ignore_ascii_case(expected));
        if !is(tokens.next()?, "INSERT") || !is(tokens.next()?, "INTO") {
            return None;
        }
        let Token::Word(table, 0) = tokens.next()? else { return None };
        // What is within parentheses is any expression.
        let mut outside = tokens.filter(|token| match token {
            Token::Word(_, depth) | Token::Comma(depth) => *depth == 0,
            Token::Placeholder(_) => false,
            Token::End => true,
        });
        if !is(outside.next()?, "VALUES") {
            return None;
        }
        let returning = outside.next()?;
        let (Token::Word(word, 0), Token::Word(column, 0), None) = (returning, outside.next()?, outside.next()) else {
            return None;
        };
        let at = word.as_ptr().addr() - sql.as_ptr().addr();
        let behind = sql[at + word.len()..].trim();
        (is(returning, "RETURNING") && behind == column).then(|| Self { insert: sql[..at].trim_end(), table, column })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_plain_insert_of_one_row_that_asks_for_one_name_is_looked_at() {
        let words = Words::of("insert into users (name, email) values ($1, lower($2)) returning id ").unwrap();
        let insert = "insert into users (name, email) values ($1, lower($2))";
        assert_eq!(words, Words { insert, table: "users", column: "id" });
        assert!(Words::of("-- new\nINSERT INTO users VALUES ($1, ';') RETURNING id").is_some());
        for other in [
            "INSERT INTO users (name) VALUES ($1)",
            "INSERT INTO users (name) VALUES ($1), ($2) RETURNING id",
            "INSERT INTO users (name) VALUES ($1) RETURNING id, name",
            "INSERT INTO users (name) VALUES ($1) RETURNING id AS key",
            "INSERT INTO users (name) VALUES ($1) RETURNING id + 1",
            "INSERT INTO users (name) VALUES ($1) RETURNING (id)",
            "INSERT INTO users (name) VALUES ($1) RETURNING -id",
            "INSERT INTO users (name) VALUES ($1) RETURNING *",
            "INSERT INTO users (name) VALUES ($1) RETURNING id;",
            "INSERT INTO users (name) VALUES ($1) RETURNING id -- or not",
            "INSERT INTO users (name) VALUES ($1) ON CONFLICT DO NOTHING RETURNING id",
            "INSERT OR IGNORE INTO users (name) VALUES ($1) RETURNING id",
            "INSERT INTO users DEFAULT VALUES RETURNING id",
            "INSERT INTO users (name) SELECT $1 RETURNING id",
            "INSERT INTO main.users (name) VALUES ($1) RETURNING id",
            "INSERT INTO \"users\" (name) VALUES ($1) RETURNING id",
            "INSERT INTO users AS u (name) VALUES ($1) RETURNING id",
            "WITH x AS (SELECT 1) INSERT INTO users (name) VALUES ($1) RETURNING id",
            "REPLACE INTO users (name) VALUES ($1) RETURNING id",
            "UPDATE users SET name = $1 RETURNING id",
            "",
        ] {
            assert_eq!(Words::of(other), None, "{other}");
        }
    }

    #[test]
    fn the_program_shows_whether_the_column_is_the_key_and_nothing_steps_in() {
        let sqlite = Connection::open_in_memory().unwrap();
        let tables = "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT UNIQUE, more TEXT, body TEXT);
             CREATE TABLE counted (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE ON CONFLICT IGNORE);
             CREATE TABLE descending (id INTEGER PRIMARY KEY DESC, name TEXT);
             CREATE TABLE small (id INT PRIMARY KEY, name TEXT);
             CREATE TABLE keyed (id INTEGER PRIMARY KEY, name TEXT) WITHOUT ROWID;
             CREATE TABLE watched (id INTEGER PRIMARY KEY, name TEXT);
             CREATE TRIGGER watch BEFORE INSERT ON watched BEGIN SELECT RAISE(IGNORE) WHERE new.name = 'x'; END;
             CREATE VIEW seen AS SELECT id, name FROM users;
             CREATE TRIGGER put INSTEAD OF INSERT ON seen BEGIN INSERT INTO users (name) VALUES (new.name); END;
             CREATE VIRTUAL TABLE words USING fts5(name);";
        sqlite.execute_batch(tables).unwrap();
        for (table, column, expected) in [
            ("users", "id", true),
            ("users", "rowid", true),
            ("users", "ID", true),
            ("counted", "id", true),
            ("users", "name", false),
            ("users", "nobody", false),
            ("descending", "id", false),
            ("descending", "rowid", true),
            ("small", "id", false),
            ("keyed", "id", false),
            ("watched", "id", false),
            ("seen", "id", false),
            ("words", "rowid", false),
            ("nothing", "id", false),
        ] {
            let sql = format!("INSERT INTO {table} (name) VALUES ($1) RETURNING {column}");
            assert_eq!(ByKey::of(&sqlite, &sql).is_some(), expected, "{table}.{column}");
        }
    }
}
