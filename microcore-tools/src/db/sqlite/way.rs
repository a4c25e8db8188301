//! Where a statement goes, told by its first word. SQLite itself has the last say; this only saves asking the wrong
//! connection.

use crate::db::lexer::selects;

/// Where a statement is tried first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// Most likely only reads.
    Read,
    /// Most likely writes.
    Write,
    /// Can't run inside of a transaction.
    Bare,
}

impl Way {
    pub(crate) fn of(sql: &str) -> Self {
        if selects(sql) {
            return Self::Read;
        }
        let word = first_word(sql);
        let is = |words: &[&str]| words.iter().any(|other| word.eq_ignore_ascii_case(other));
        if is(&["SELECT", "WITH", "VALUES", "EXPLAIN"]) {
            Self::Read
        } else if is(&["VACUUM", "PRAGMA", "ATTACH", "DETACH"]) {
            Self::Bare
        } else {
            Self::Write
        }
    }
}

/// The first word after spaces, comments and empty statements.
fn first_word(sql: &str) -> &str {
    let mut rest = sql;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || matches!(c, ';' | '(' | '\u{feff}'));
        let after = if let Some(comment) = rest.strip_prefix("--") {
            comment.split_once('\n').map(|(_, after)| after)
        } else if let Some(comment) = rest.strip_prefix("/*") {
            comment.split_once("*/").map(|(_, after)| after)
        } else {
            break;
        };
        // A comment without an end is all there is.
        rest = after.unwrap_or_default();
    }
    let end = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
    rest.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_word_is_found_behind_comments() {
        for (sql, way) in [
            ("SELECT 1", Way::Read),
            ("\n\twith x as (select 1) insert into y", Way::Read),
            ("-- name: all users\nSELECT 1", Way::Read),
            ("/* a */ -- b\n ;/* c */select 1", Way::Read),
            ("INSERT INTO x VALUES (1)", Way::Write),
            ("selection", Way::Write),
            ("pragma user_version", Way::Bare),
            ("-- only a comment", Way::Write),
            ("/* without an end", Way::Write),
            ("", Way::Write),
            ("é", Way::Write),
        ] {
            assert_eq!(Way::of(sql), way, "{sql}");
        }
    }
}
