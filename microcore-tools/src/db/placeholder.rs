//! Placeholders of a statement and the values for them: as many, each used. PostgreSQL overlooks one that is not used.
//!
//! In: SQL, the number of values. Out: nothing, or what does not match.

use crate::db::lexer::{Token, tokens};
use crate::db::{DbError, scope};

/// Whether `count` values are what the statement uses.
pub(crate) fn check(sql: &str, count: usize) -> Result<(), DbError> {
    scope::no_nul(sql)?;
    if tokens(sql).all(|token| token == Token::End) {
        return Err(DbError::usage("a call must be one statement, and this is none"));
    }
    let mut used = vec![false; count];
    for token in tokens(sql) {
        let Token::Placeholder(number) = token else { continue };
        if number == 0 || number > usize::from(u16::MAX) {
            return Err(DbError::usage(format!("placeholder `${number}` must be written `$1`, `$2`, …")));
        }
        match used.get_mut(number - 1) {
            Some(used) => *used = true,
            None => return Err(missing(sql, count)),
        }
    }
    match used.iter().position(|used| !used) {
        Some(unused) => Err(DbError::usage(format!(
            "{count} parameters were given, and the statement does not use `${}`",
            unused + 1
        ))),
        None => Ok(()),
    }
}

fn missing(sql: &str, count: usize) -> DbError {
    let highest =
        tokens(sql).filter_map(|token| if let Token::Placeholder(number) = token { Some(number) } else { None });
    let highest = highest.max().unwrap_or_default();
    DbError::usage(format!("the statement uses `${highest}`, and {count} parameters were given"))
}
