//! What is worked out once about a prepared statement: which value each of its parameters takes, where the columns of a
//! row are, whether it undoes itself where it fails.
//!
//! In: a statement that stays prepared. Out: the same answers, without asking SQLite for every name again. A shape holds
//! for as long as the statement is neither dropped nor prepared anew: whoever prepares one that never ran begins a new
//! shape, and positions are found again after SQLite compiled the statement again, which it counts.

use std::any::{Any, TypeId};
use std::cell::Cell;

use rusqlite::{Connection, Statement, StatementStatus};

use crate::db::backend::Result;
use crate::db::row::{Columns, Row};
use crate::db::sqlite::inserted::Key;
use crate::db::sqlite::program::{self, Instruction};
use crate::db::sqlite::statement::counted;

/// Statements whose shape is remembered. Two that fall on one place take turns, and are worked out each time.
const PLACES: usize = 512;

/// The shapes of one connection.
#[derive(Debug, Default)]
pub(crate) struct Shapes(Vec<Option<Shape>>);

/// One statement's.
#[derive(Debug)]
pub(crate) struct Shape {
    /// The statement.
    sql: Box<str>,
    /// Known since values were given that fit.
    pub(crate) places: Option<Places>,
    /// Whether nothing speaks against reading it on the thread that calls.
    pub(crate) short: bool,
    /// Of which compilation it was asked whether it undoes itself, and the answer.
    undone: Option<(i32, bool)>,
    /// Whether it is an insert that asks for the new key and nothing else.
    pub(crate) key: Key,
    columns: Option<Found>,
}

/// Which values a statement takes.
#[derive(Debug)]
pub(crate) struct Places {
    /// For each parameter, in SQLite's order, the place of its value.
    pub(crate) of: Box<[usize]>,
    /// How many values there are; each is used.
    pub(crate) count: usize,
}

/// Where the columns of `T` are.
pub(crate) struct Positions<'s, T: Row> {
    pub(crate) columns: &'s T::Positions,
    /// The fingerprint of their names.
    pub(crate) names: u64,
    /// How often SQLite had compiled the statement again when they had these names: whoever reads compares, after the
    /// first step, which is when SQLite does so.
    pub(crate) compiled: &'s Cell<i32>,
}

/// The same, kept for the next call.
struct Found {
    row: TypeId,
    /// How often SQLite had compiled the statement again.
    compiled: Cell<i32>,
    names: u64,
    positions: Box<dyn Any + Send>,
}

impl Shapes {
    /// The shape of a statement; a new one where it never `ran` since it was prepared.
    pub(crate) fn of(&mut self, sql: &str, ran: bool) -> &mut Shape {
        if self.0.is_empty() {
            self.0.resize_with(PLACES, || None);
        }
        let place = &mut self.0[place(sql)];
        if !ran || place.as_ref().is_none_or(|shape| *shape.sql != *sql) {
            *place = Some(Shape {
                sql: sql.into(),
                places: None,
                short: false,
                undone: None,
                key: Key::Unknown,
                columns: None,
            });
        }
        place.as_mut().expect("it was filled a moment ago")
    }

    /// The shape of a statement, where there is one.
    pub(crate) fn find(&mut self, sql: &str) -> Option<&mut Shape> {
        let shape = self.0.get_mut(place(sql))?.as_mut()?;
        (*shape.sql == *sql).then_some(shape)
    }
}

/// By the length and four places of eight bytes: a text is compared with the one that is there anyway, and to hash all of
/// it takes longer than to bind its values.
fn place(sql: &str) -> usize {
    let bytes = sql.as_bytes();
    let Some(last) = bytes.len().checked_sub(8) else { return bytes.len() };
    let word = |at: usize| bytes[at..].first_chunk().map_or(0, |word| u64::from_le_bytes(*word));
    let mix = |hash: u64, word: u64| (hash ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
    let hash =
        [last / 3, last / 2, last * 3 / 4, last].into_iter().fold(bytes.len() as u64, |hash, at| mix(hash, word(at)));
    // The upper half is the well mixed one.
    (hash >> 32) as usize % PLACES
}

impl Shape {
    /// Where the columns of `T` are.
    pub(crate) fn positions<T: Row>(&mut self, statement: &Statement<'_>) -> Result<Positions<'_, T>> {
        let row = TypeId::of::<T>();
        if self.columns.as_ref().is_none_or(|found| found.row != row) {
            let columns = Columns::new(statement.column_names());
            let (names, positions) = (columns.fingerprint(), Box::new(T::positions(&columns)?));
            let compiled = Cell::new(counted(statement, StatementStatus::RePrepare));
            self.columns = Some(Found { row, compiled, names, positions });
        }
        let found = self.columns.as_ref().expect("it was filled a moment ago");
        let positions = found.positions.downcast_ref().expect("it is kept under its own type");
        Ok(Positions { columns: positions, names: found.names, compiled: &found.compiled })
    }

    /// The columns have other names now.
    #[cold]
    pub(crate) fn forget_columns(&mut self) {
        self.columns = None;
    }

    /// Whether the statement, which failed a moment ago, leaves nothing behind by that. Asked afterwards, because SQLite
    /// may have compiled it again when it began, with a trigger that is new.
    pub(crate) fn undoes_itself(&mut self, sqlite: &Connection, statement: &Statement<'_>) -> bool {
        let compiled = counted(statement, StatementStatus::RePrepare);
        match self.undone {
            Some((at, answer)) if at == compiled => answer,
            _ => self.undone.insert((compiled, undoes_itself(sqlite, &self.sql))).1,
        }
    }
}

impl std::fmt::Debug for Found {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Found").field("compiled", &self.compiled.get()).finish_non_exhaustive()
    }
}

/// What `OR FAIL` and `RAISE(FAIL)` are in a program, <https://www.sqlite.org/opcode.html#Halt>.
const FAIL: i64 = 3;

/// Whether a statement changes rows and nothing else, and takes all of it back where it fails within SQLite. Its program
/// tells: every way out but `FAIL` either does so or rolls back the whole transaction. `EXPLAIN` lists the programs of
/// triggers too. What changes the schema, a virtual table or the transaction is not looked into.
fn undoes_itself(sqlite: &Connection, sql: &str) -> bool {
    let leaves = |step: &Instruction| match step.opcode.as_str() {
        "Halt" | "HaltIfNull" => step.p2 == FAIL,
        "VUpdate" | "VCreate" | "VDestroy" | "VRename" | "SetCookie" | "ParseSchema" | "AutoCommit" | "Savepoint"
        | "SqlExec" | "Vacuum" | "JournalMode" | "Checkpoint" | "CreateBtree" | "Destroy" => true,
        _ => false,
    };
    program::of(sqlite, sql).is_ok_and(|steps| !steps.is_empty() && !steps.iter().any(leaves))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn database() -> Connection {
        let sqlite = Connection::open_in_memory().unwrap();
        let schema = "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
             CREATE TABLE strict (name TEXT NOT NULL ON CONFLICT FAIL, mail TEXT UNIQUE ON CONFLICT FAIL);
             CREATE TABLE guarded (name TEXT);
             CREATE TRIGGER guard AFTER INSERT ON guarded WHEN new.name = 'x' BEGIN SELECT RAISE(FAIL, 'no'); END;
             CREATE TABLE logged (name TEXT);
             CREATE TRIGGER log AFTER INSERT ON logged BEGIN INSERT INTO users (name) VALUES (new.name); END;
             CREATE VIRTUAL TABLE words USING fts5(word);";
        sqlite.execute_batch(schema).unwrap();
        sqlite
    }

    #[test]
    fn the_program_shows_which_statements_leave_something_behind_when_they_fail() {
        let sqlite = database();
        for (sql, expected) in [
            ("INSERT INTO users (name) VALUES ($1) RETURNING id", true),
            ("INSERT INTO users (name) SELECT name FROM guarded", true),
            ("UPDATE users SET name = $1 WHERE id = $2", true),
            ("DELETE FROM users", true),
            ("INSERT INTO logged VALUES ($1)", true),
            ("INSERT OR FAIL INTO users (name) VALUES ($1), ($2)", false),
            ("INSERT INTO strict VALUES ($1, $2)", false),
            ("INSERT INTO guarded VALUES ($1)", false),
            ("INSERT INTO words VALUES ($1)", false),
            ("CREATE TABLE more (id INTEGER)", false),
            ("DROP TABLE users", false),
            ("ALTER TABLE users ADD COLUMN age INTEGER", false),
            ("COMMIT", false),
            ("SAVEPOINT a", false),
            ("nonsense", false),
        ] {
            assert_eq!(undoes_itself(&sqlite, sql), expected, "{sql}");
        }
    }

    #[test]
    fn a_statement_said_to_undo_itself_does_so_however_it_fails() {
        // Each fails at its last row, after others were written.
        for (before, sql) in [
            ("", "INSERT INTO users (name) VALUES ('a'), ('b'), ('a')"),
            ("", "INSERT INTO users (name) VALUES ('a'), ('b'), (NULL)"),
            ("", "INSERT INTO logged VALUES ('a'), ('b'), ('a')"),
            ("", "INSERT INTO users (name) VALUES ('a'), (json_extract('{', '$'))"),
            ("INSERT INTO users VALUES (1, 'a'), (2, 'b')", "UPDATE users SET name = 'c'"),
            ("INSERT INTO users VALUES (1, 'a'), (2, 'b')", "UPDATE users SET id = 9223372036854775807 + id - 1"),
        ] {
            let sqlite = database();
            sqlite.execute_batch(before).unwrap();
            assert!(undoes_itself(&sqlite, sql), "{sql}");
            let rows = |table: &str| -> String {
                let all = format!("SELECT coalesce(group_concat(name ORDER BY name), '') FROM {table}");
                sqlite.query_row(&all, [], |row| row.get(0)).unwrap()
            };
            let there = (rows("users"), rows("logged"));
            sqlite.execute_batch("BEGIN").unwrap();
            sqlite.execute(sql, []).unwrap_err();
            assert!(!sqlite.is_autocommit(), "{sql}");
            assert_eq!((rows("users"), rows("logged")), there, "{sql}");
        }
    }

    #[test]
    fn positions_are_found_anew_for_another_type_and_after_the_statement_was_compiled_again() {
        let sqlite = database();
        let mut shapes = Shapes::default();
        let sql = "SELECT * FROM guarded";
        let statement = sqlite.prepare(sql).unwrap();
        shapes.of(sql, false).positions::<String>(&statement).unwrap();
        assert!(shapes.of(sql, true).positions::<(i64, i64)>(&statement).is_err());
        let names = shapes.of(sql, true).positions::<(String,)>(&statement).unwrap().names;
        drop(statement);
        sqlite.execute_batch("ALTER TABLE guarded ADD COLUMN more TEXT").unwrap();
        let mut statement = sqlite.prepare(sql).unwrap();
        statement.raw_query().next().unwrap();
        let more = shapes.of(sql, false).positions::<(String, String)>(&statement).unwrap().names;
        assert_ne!(names, more);
    }
}
