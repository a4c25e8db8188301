//! `query` and its like are given a statement that has rows.

use crate::declared::Statement;
use crate::engine::Prepared;
use crate::errors::Errors;

pub(crate) fn check(statement: &Statement, prepared: &Prepared, errors: &mut Errors) {
    let method = statement.method.to_string();
    if method.starts_with("query") && prepared.columns.as_ref().is_some_and(Vec::is_empty) {
        errors.add(
            &statement.sql,
            "MC0517",
            format!("`{method}` reads rows, and this statement gives none"),
            "use `execute`, or let the statement end in `RETURNING …`",
        );
    }
}
