//! PostgreSQL's SQLSTATE codes → the contract's closed kinds, with table and columns.

use tokio_postgres::error::{DbError as Report, SqlState};

use crate::db::postgres::value::Unfit;
use crate::db::{DbError, DbErrorKind};

impl DbError {
    /// Classifies by SQLSTATE; what the server did not say came from the way to it.
    pub(crate) fn of_postgres(error: tokio_postgres::Error) -> Self {
        if let Some(report) = error.as_db_error() {
            let kind = kind_of(report);
            let (table, columns) = target(kind, report);
            let conflict = matches!(report.code().code(), "40001" | "40P01" | "55P03");
            return Self::new(kind, sentence(kind, report))
                .about(table, columns)
                .caused_by(error)
                .in_conflict(conflict);
        }
        let unfit = std::error::Error::source(&error).and_then(|source| source.downcast_ref::<Unfit>());
        if let Some(unfit) = unfit {
            return Self::mismatch(unfit.to_string());
        }
        Self::unavailable("the connection to the database server failed", error)
    }
}

fn sentence(kind: DbErrorKind, report: &Report) -> String {
    match kind {
        DbErrorKind::Usage if *report.code() == SqlState::SYNTAX_ERROR => {
            "a call must be one statement, and this is several".to_owned()
        }
        DbErrorKind::Usage => "a write inside `transaction` must be made on `tx`, not on `db`".to_owned(),
        _ if *report.code() == SqlState::QUERY_CANCELED => {
            format!("{}; PG_STATEMENT_TIMEOUT says how long a statement may run", report.message())
        }
        _ => report.message().to_owned(),
    }
}

fn kind_of(report: &Report) -> DbErrorKind {
    let code = report.code();
    match code.code() {
        "23505" | "23P01" => DbErrorKind::Unique,
        "23503" | "23001" => DbErrorKind::ForeignKey,
        "23502" => DbErrorKind::NotNull,
        "23514" => DbErrorKind::Check,
        // Serialization failure, deadlock, a lock or a statement that took too long: the same may pass the next time.
        "40001" | "40P01" | "55P03" | "57014" => DbErrorKind::Busy,
        "25006" => DbErrorKind::Usage,
        "42601" if report.message().contains("multiple commands") => DbErrorKind::Usage,
        // A parameter whose type nothing tells, a function that is named for no types: the statement is to blame.
        "42P18" | "42725" => DbErrorKind::Syntax,
        "42804" | "42846" => DbErrorKind::Type,
        _ => match &code.code()[..2] {
            "22" => DbErrorKind::Type,
            "42" => DbErrorKind::Syntax,
            // Lost connections, a login that is refused, a full disk or memory, a server that goes or comes.
            "08" | "28" | "3D" | "53" | "57" | "58" => DbErrorKind::Unavailable,
            _ => DbErrorKind::Other,
        },
    }
}

/// As on SQLite, only what must be unique and what must not be NULL have a table and columns.
fn target(kind: DbErrorKind, report: &Report) -> (Option<String>, Vec<String>) {
    let table = || report.table().map(str::to_owned);
    match kind {
        DbErrorKind::NotNull => (table(), report.column().map(str::to_owned).into_iter().collect()),
        DbErrorKind::Unique => report.detail().and_then(key).map_or((None, Vec::new()), |columns| (table(), columns)),
        _ => (None, Vec::new()),
    }
}

/// `Key (team, email)=(1, a@x) already exists.` → [`team`, `email`]; an expression is no column.
fn key(detail: &str) -> Option<Vec<String>> {
    let (columns, _) = detail.strip_prefix("Key (")?.split_once(")=(")?;
    let plain = |column: &str| !column.contains('(') && !column.contains("::");
    columns.split(", ").map(|column| plain(column).then(|| column.trim_matches('"').to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::key;

    #[test]
    fn a_key_is_its_columns_and_an_expression_is_none() {
        let columns = |list: &[&str]| Some(list.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert_eq!(key("Key (email)=(a@x) already exists."), columns(&["email"]));
        assert_eq!(key("Key (team, \"Name\")=(1, ) )=() already exists."), columns(&["team", "Name"]));
        assert_eq!(key("Key (lower(email))=(a@x) already exists."), None);
        assert_eq!(key("Ein anderer Satz."), None);
    }
}
