//! What a statement leaves behind on its connection, beside rows: settings, temporary tables, locks.
//!
//! In: SQL. Out: whether the connection must be cleaned before somebody else gets it, and how.

use crate::db::lexer::{Token, tokens, verb};

/// What `DISCARD ALL` does, but for the statements that are prepared.
pub(crate) const CLEAN: &str = "CLOSE ALL; SET SESSION AUTHORIZATION DEFAULT; RESET ALL; UNLISTEN *;
    SELECT pg_advisory_unlock_all(); DISCARD TEMP; DISCARD SEQUENCES";

/// Whether the words of a statement say that something of it stays on the connection. What a function of the database
/// does inside is not seen, but for one that is called by `CALL` or `DO`.
pub(crate) fn stays(sql: &str) -> bool {
    const VERBS: [&str; 8] = ["SET", "RESET", "LISTEN", "LOAD", "DECLARE", "DO", "CALL", "DISCARD"];
    let is_one_of = |word: &str, list: &[&str]| list.iter().any(|listed| word.eq_ignore_ascii_case(listed));
    if is_one_of(verb(sql), &VERBS) {
        return true;
    }
    tokens(sql).any(|token| match token {
        Token::Word(word, _) => {
            is_one_of(word, &["TEMP", "TEMPORARY", "SET_CONFIG", "PG_TEMP"])
                || word.get(..11).is_some_and(|start| start.eq_ignore_ascii_case("pg_advisory"))
                || word.get(..15).is_some_and(|start| start.eq_ignore_ascii_case("pg_try_advisory"))
        }
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stays_on_a_connection_is_told_by_its_words() {
        for (sql, expected) in [
            ("SET work_mem = '1MB'", true),
            ("-- x\nset role nobody", true),
            ("SELECT set_config('search_path', '', false)", true),
            ("SELECT pg_try_advisory_lock(1)", true),
            ("CREATE TEMP TABLE a (id INT)", true),
            ("UPDATE a SET b = 'SET x'", false),
            ("SELECT 'pg_advisory_lock(1)', template FROM a", false),
            ("INSERT INTO a VALUES ($1)", false),
        ] {
            assert_eq!(stays(sql), expected, "{sql}");
        }
    }
}
