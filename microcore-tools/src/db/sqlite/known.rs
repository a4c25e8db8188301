//! What is known of statements that only read: which of them do not belong on the thread that calls.
//!
//! The budget looks at a statement every so many steps of SQLite's machine, and one step may be as long as a table: to
//! count all rows is one. Such a statement can't be interrupted, so it begins on the blocking pool, and comes back to
//! the thread that calls once it was short there. What the plan does not show, the clock does.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::Connection;

use crate::db::sqlite::budget::TIME;
use crate::db::sqlite::program::{self, Instruction};

/// Statements without a long step that are remembered.
const SEEN: usize = 4_096;
/// Statements that are remembered.
const REMEMBERED: usize = 256;
/// After so many calls a statement that was interrupted may try again: a cold cache is not for ever.
const TRUSTED_AGAIN: u8 = 50;
/// How often a statement is timed of which nothing is known. The clock costs a tenth of a point read.
const TIMED: i32 = 16;

/// What is known of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    /// It was interrupted, and for so many calls it is not tried in place.
    Interrupted(u8),
    /// It may hold the thread without being interrupted.
    Unseen,
    /// The same, and it was short the last time. After so many more times it is trusted as any other, unless its plan
    /// speaks against it.
    Timed(u8),
}

/// Where a statement is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Advice {
    Elsewhere,
    InPlace,
    /// In place, and every call is timed.
    Timed,
}

/// What one connection knows.
#[derive(Debug, Default)]
pub(crate) struct Statements {
    long: HashMap<String, Known>,
    /// Those whose plan was read and shows nothing long, by fingerprint, so that one that falls out of the cache of
    /// prepared statements is not explained each time. A wrong guess is what the clock is there for.
    seen: HashSet<u64>,
}

impl Statements {
    /// Where to read; a call counts.
    pub(crate) fn advice(&mut self, sql: &str, short: &Short) -> Advice {
        if self.long.is_empty() {
            return Advice::InPlace;
        }
        let Some(known) = self.long.get_mut(sql) else { return Advice::InPlace };
        match known {
            Known::Interrupted(left) => {
                *left -= 1;
                if *left == 0 {
                    *known = Known::Timed(TRUSTED_AGAIN);
                }
                Advice::Elsewhere
            }
            Known::Unseen if !short.knows(sql) => Advice::Elsewhere,
            Known::Unseen => {
                *known = Known::Timed(TRUSTED_AGAIN);
                Advice::Timed
            }
            Known::Timed(_) => Advice::Timed,
        }
    }

    /// Where to read what was never run here, by its plan.
    pub(crate) fn foresee(&mut self, sqlite: &Connection, sql: &str, short: &Short) -> Advice {
        let print = fingerprint(sql);
        if self.seen.contains(&print) {
            return Advice::InPlace;
        }
        if !is_unseen(sqlite, sql) {
            if self.seen.len() == SEEN {
                self.seen.clear();
            }
            self.seen.insert(print);
            return Advice::InPlace;
        }
        let (known, advice) = if short.knows(sql) {
            (Known::Timed(TRUSTED_AGAIN), Advice::Timed)
        } else {
            (Known::Unseen, Advice::Elsewhere)
        };
        self.remember(sql, known);
        advice
    }

    /// It was timed here, and was short. A cold cache made it long once; the clock looks again from time to time.
    pub(crate) fn was_short(&mut self, sql: &str) {
        if let Some(Known::Timed(left)) = self.long.get_mut(sql) {
            *left = left.saturating_sub(1);
            if *left == 0 && self.seen.contains(&fingerprint(sql)) {
                self.long.remove(sql);
            }
        }
    }

    /// It was interrupted here.
    pub(crate) fn interrupted(&mut self, sql: &str) {
        self.remember(sql, Known::Interrupted(TRUSTED_AGAIN));
    }

    /// It held the thread for longer than its budget, and nobody interrupted it.
    pub(crate) fn held(&mut self, sql: &str, short: &Short) {
        short.forget(sql);
        self.remember(sql, Known::Unseen);
    }

    fn remember(&mut self, sql: &str, known: Known) {
        if self.long.len() == REMEMBERED {
            self.long.clear();
        }
        self.long.insert(sql.to_owned(), known);
    }
}

/// Of a text, among a few thousand.
fn fingerprint(sql: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    sql.hash(&mut hasher);
    hasher.finish()
}

/// Whether a call is timed, of a statement that this connection ran so many times: the first ones are, and then some.
pub(crate) fn is_timed(runs: i32) -> bool {
    runs < 2 || runs % TIMED == 0
}

/// The statements that were short on the blocking pool. Looked at beside the fast path only.
#[derive(Debug, Default)]
pub(crate) struct Short(Mutex<HashSet<String>>);

impl Short {
    /// A statement took so long on the blocking pool. Half the budget, so that what is near to it does not go to and fro.
    pub(crate) fn learn(&self, sql: &str, took: Duration) {
        if took > TIME / 2 {
            return self.forget(sql);
        }
        let mut short = self.lock();
        if short.len() == REMEMBERED {
            short.clear();
        }
        short.insert(sql.to_owned());
    }

    fn forget(&self, sql: &str) {
        self.lock().remove(sql);
    }

    fn knows(&self, sql: &str) -> bool {
        self.lock().contains(sql)
    }

    fn lock(&self) -> MutexGuard<'_, HashSet<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether the plan has a step that may be long: counting a table, asking a virtual one, a function whose work does not
/// hang on what the table holds. A statement that can't be explained fails by itself.
fn is_unseen(sqlite: &Connection, sql: &str) -> bool {
    let is_long = |step: &Instruction| match step.opcode.as_str() {
        "Count" | "VFilter" => true,
        "Function" | "PureFunc" => step.p4.as_deref().is_some_and(is_generous),
        _ => false,
    };
    program::of(sqlite, sql).is_ok_and(|steps| steps.iter().any(is_long))
}

/// Whether a function may make much of little. A plan names it `hex(1)`.
fn is_generous(function: &str) -> bool {
    let name = function.split('(').next().unwrap_or_default();
    ["zeroblob", "randomblob", "hex", "replace", "printf", "format"].contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plan_shows_which_statements_can_not_be_interrupted() {
        let sqlite = Connection::open_in_memory().unwrap();
        sqlite.execute_batch("CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT)").unwrap();
        for unseen in [
            "SELECT count(*) FROM users",
            "-- all\nSELECT (SELECT count(*) FROM users)",
            "SELECT length(hex(zeroblob($1)))",
            "SELECT value FROM json_each($1)",
        ] {
            assert!(is_unseen(&sqlite, unseen), "{unseen}");
        }
        for seen in [
            "SELECT id, name FROM users WHERE id = $1",
            "SELECT count(*) FROM users WHERE name = $1",
            "SELECT lower(name) FROM users ORDER BY name",
            "SELECT nothing FROM nowhere",
        ] {
            assert!(!is_unseen(&sqlite, seen), "{seen}");
        }
    }

    #[test]
    fn a_statement_is_explained_once_whatever_its_plan_shows() {
        use std::sync::Arc;
        use std::sync::atomic::{AtomicUsize, Ordering};

        let mut sqlite = Connection::open_in_memory().unwrap();
        sqlite.execute_batch("CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT)").unwrap();
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        // SQLite asks it whenever it compiles a statement, and so whenever one is explained.
        let authorise = move |_: rusqlite::hooks::AuthContext<'_>| {
            count.fetch_add(1, Ordering::Relaxed);
            rusqlite::hooks::Authorization::Allow
        };
        sqlite.authorizer(Some(authorise)).unwrap();
        let (mut here, short) = (Statements::default(), Short::default());
        for (sql, place) in [
            ("SELECT name FROM users WHERE id = $1", Advice::InPlace),
            ("SELECT count(*) FROM users", Advice::Elsewhere),
        ] {
            assert_eq!(here.foresee(&sqlite, sql, &short), place);
            assert!(asked.swap(0, Ordering::Relaxed) > 0, "{sql}");
            for _ in 0..3 {
                // As a connection does each time: what is known goes first.
                let advice = match here.advice(sql, &short) {
                    Advice::InPlace => here.foresee(&sqlite, sql, &short),
                    advice => advice,
                };
                assert_eq!((advice, asked.load(Ordering::Relaxed)), (place, 0), "{sql}");
            }
        }
    }

    #[test]
    fn what_was_short_elsewhere_comes_back_and_goes_again_when_it_holds_the_thread() {
        let (mut here, short, sql) = (Statements::default(), Short::default(), "SELECT count(*) FROM users");
        assert_eq!(here.advice(sql, &short), Advice::InPlace);
        here.held(sql, &short);
        assert_eq!(here.advice(sql, &short), Advice::Elsewhere);
        short.learn(sql, TIME);
        assert_eq!(here.advice(sql, &short), Advice::Elsewhere);
        short.learn(sql, TIME / 4);
        assert_eq!(here.advice(sql, &short), Advice::Timed);
        here.held(sql, &short);
        assert_eq!(here.advice(sql, &short), Advice::Elsewhere);
    }

    #[test]
    fn what_was_interrupted_is_tried_again_after_a_while() {
        let (mut here, short) = (Statements::default(), Short::default());
        here.interrupted("a");
        for _ in 0..TRUSTED_AGAIN {
            assert_eq!(here.advice("a", &short), Advice::Elsewhere);
        }
        assert_eq!(here.advice("a", &short), Advice::Timed);
    }

    #[test]
    fn what_is_short_again_and_again_is_timed_no_more_unless_its_plan_speaks_against_it() {
        let sqlite = Connection::open_in_memory().unwrap();
        sqlite.execute_batch("CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT)").unwrap();
        for (sql, trusted) in [("SELECT name FROM users WHERE id = $1", true), ("SELECT count(*) FROM users", false)] {
            let (mut here, short) = (Statements::default(), Short::default());
            here.foresee(&sqlite, sql, &short);
            here.held(sql, &short);
            short.learn(sql, TIME / 4);
            for _ in 0..TRUSTED_AGAIN {
                assert_eq!(here.advice(sql, &short), Advice::Timed, "{sql}");
                here.was_short(sql);
            }
            assert_eq!(here.advice(sql, &short) == Advice::InPlace, trusted, "{sql}");
        }
    }
}
