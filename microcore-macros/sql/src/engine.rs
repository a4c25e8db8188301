//! What an engine tells of a statement, and of the tables that the migrations lead to.

use std::collections::{BTreeMap, BTreeSet};

/// A database without data.
pub(crate) trait Engine {
    /// The engine's name, for messages.
    fn name(&self) -> &'static str;

    /// Whether the database itself may accept what is refused here.
    fn is_stricter(&self) -> bool;

    /// Prepares one statement.
    fn prepare(&self, sql: &str) -> Result<Prepared, Refusal>;

    /// Every table and view, by name in lower case.
    fn tables(&self) -> &Tables;

    /// What the tables look like, for the manifest; nothing where the application can find that out by itself.
    fn text_of_tables(&self) -> String {
        String::new()
    }
}

/// Every table and view, by name in lower case.
pub(crate) type Tables = BTreeMap<String, Table>;

/// A table or a view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Table {
    pub(crate) name: String,
    /// The domain whose migration created it.
    pub(crate) domain: String,
    /// That migration: `users/001_users.sql`.
    pub(crate) created_by: String,
    /// Each column with the migration that added it, in order.
    pub(crate) columns: Vec<(String, String)>,
}

/// What an engine knows of a statement that it accepts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Prepared {
    /// The columns of its rows; `None` where the engine can't tell.
    pub(crate) columns: Option<Vec<String>>,
    /// As written: `$1`, each once.
    pub(crate) placeholders: Vec<String>,
    /// The tables that it names itself, not those behind views and triggers; in lower case.
    pub(crate) reads: BTreeSet<String>,
    pub(crate) writes: BTreeSet<String>,
}

/// Why an engine does not accept a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// It can't be read from this token on; `None` where it ends too early.
    Syntax { near: Option<String>, line: usize },
    /// There is no such table.
    Table(String),
    /// There is no such column, in this table or in those that the statement names.
    #[cfg_attr(not(feature = "sqlite"), allow(dead_code, reason = "only SQLite knows every column"))]
    Column { name: String, table: Option<String> },
    /// The literal holds more than one.
    Several,
    /// Anything else, in the engine's words.
    Other(String),
}

/// The words of a statement, in lower case: names, keywords, and what stands in its texts.
pub(crate) fn words(sql: &str) -> impl Iterator<Item = String> {
    let words = sql.split(|one: char| !one.is_alphanumeric() && one != '_' && one != '$');
    words.filter(|word| !word.is_empty()).map(str::to_lowercase)
}
