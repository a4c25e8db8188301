//! The tables that are not the application's, as every engine makes them: which are wanted, and what a database of an older
//! build lacks of them.

use microcore_runtime::manifest::Manifest;

use crate::db::{jobs, outbox};

/// Tables that belong together.
pub(crate) struct OwnTables {
    /// Tables and indexes that are there where all is there.
    pub(crate) names: &'static [&'static str],
    /// The statements that make the tables.
    pub(crate) tables: String,
    /// Columns that came later.
    pub(crate) added: &'static [Added],
    /// The statements that make the indexes, behind the columns.
    pub(crate) indexes: &'static str,
}

/// A column that a table got after it was first made: the table, the column, what it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Added(pub(crate) &'static str, pub(crate) &'static str, pub(crate) &'static str);

/// Those that an application has a use for; `numbered` is what a column is that the engine numbers by itself.
pub(crate) fn wanted(manifest: &Manifest, numbered: &str) -> Vec<OwnTables> {
    let mut wanted = Vec::new();
    if outbox::wanted(manifest) {
        let tables = outbox::TABLES.to_owned();
        wanted.push(OwnTables { names: &outbox::NAMES, tables, added: &[], indexes: "" });
    }
    if jobs::wanted(manifest) {
        wanted.push(jobs::tables(numbered));
    }
    wanted
}
