//! Many rows in one statement, in few texts: an engine prepares each text once, so the number of rows is one of two, and what
//! is left over is filled with rows that match nothing.

use crate::db::Value;

/// So many rows are one statement, where there are several.
pub(super) const MANY: usize = 64;

/// What a column of such a row is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Is {
    Number,
    Text,
}

impl Is {
    fn cast(self, number: usize) -> String {
        match self {
            Self::Number => format!("CAST(${number} AS BIGINT)"),
            Self::Text => format!("CAST(${number} AS TEXT)"),
        }
    }

    /// What no row has: numbers of rows begin at 1, and no name is empty.
    fn nothing(self) -> Value<'static> {
        match self {
            Self::Number => Value::from(-1_i64),
            Self::Text => Value::from(String::new()),
        }
    }
}

/// Rows as a part of a statement.
pub(super) struct Rows {
    /// `(VALUES ($2, $3), …)`: a table with the columns `column1`, `column2`, ….
    pub(super) table: String,
    /// `$2, $4, …`: what stands in its first column.
    pub(super) keys: String,
    pub(super) values: Vec<Value<'static>>,
}

impl Rows {
    /// No more than [`MANY`]; the first placeholder is `first`.
    pub(super) fn of<const N: usize>(
        columns: [Is; N],
        first: usize,
        rows: impl IntoIterator<Item = [Value<'static>; N]>,
    ) -> Self {
        let mut values: Vec<Value<'static>> = rows.into_iter().flatten().collect();
        let count = if values.len() <= N { 1 } else { MANY };
        while values.len() < count * N {
            values.extend(columns.map(Is::nothing));
        }
        let row = |row: usize| {
            let cells = columns.iter().enumerate().map(|(column, is)| is.cast(first + row * N + column));
            format!("({})", cells.collect::<Vec<_>>().join(", "))
        };
        let rows: Vec<String> = (0..count).map(row).collect();
        let keys: Vec<String> = (0..count).map(|row| format!("${}", first + row * N)).collect();
        Self { table: format!("(VALUES {})", rows.join(", ")), keys: keys.join(", "), values }
    }

    /// All values of the statement: those that stand before the rows, and theirs.
    pub(super) fn behind<const N: usize>(self, before: [Value<'static>; N]) -> Vec<Value<'static>> {
        before.into_iter().chain(self.values).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_two_texts_however_many_rows_there_are() {
        let text = |count: i64| {
            let rows = (0..count).map(|row| [Value::from(row), Value::from("a".to_owned())]);
            let rows = Rows::of([Is::Number, Is::Text], 2, rows);
            assert_eq!(rows.values.len(), rows.table.matches('$').count());
            (rows.table, rows.keys)
        };
        assert_eq!(text(1), ("(VALUES (CAST($2 AS BIGINT), CAST($3 AS TEXT)))".to_owned(), "$2".to_owned()));
        assert_eq!(text(2), text(64));
        assert!(text(2).0.ends_with("(CAST($128 AS BIGINT), CAST($129 AS TEXT)))"));
    }
}
