//! Which domain owns a table, and which migration added a column.

use rusqlite::Connection;

use super::authorizer::Seen;
use crate::engine::{Table, Tables};
use crate::migrations::Migration;

/// The tables so far.
#[derive(Debug, Default)]
pub(super) struct Owners(Tables);

impl Owners {
    /// Takes in what a migration did.
    pub(super) fn note(&mut self, connection: &Connection, migration: &Migration, seen: &Seen) -> rusqlite::Result<()> {
        if seen.shaped.is_empty() && !seen.renamed {
            return Ok(());
        }
        let names = names(connection)?;
        // A table that was rebuilt in one migration keeps its owner.
        self.0.retain(|key, _| names.iter().any(|name| name.to_lowercase() == *key));
        for name in names {
            let key = name.to_lowercase();
            if self.0.contains_key(&key) && !seen.shaped.contains(&key) && !seen.renamed {
                continue;
            }
            let table = self.0.entry(key).or_insert_with(|| Table {
                name: name.clone(),
                domain: migration.domain.clone(),
                created_by: migration.name(),
                columns: Vec::new(),
            });
            let columns = columns(connection, &name)?;
            let added = |column: String| {
                let known = table.columns.iter().find(|(known, _)| *known == column);
                let by = known.map_or_else(|| migration.name(), |(_, by)| by.clone());
                (column, by)
            };
            table.columns = columns.into_iter().map(added).collect();
        }
        Ok(())
    }

    pub(super) fn into_tables(self) -> Tables {
        self.0
    }
}

fn names(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let sql =
        "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
    connection.prepare(sql)?.query_map([], |row| row.get(0))?.collect()
}

fn columns(connection: &Connection, table: &str) -> rusqlite::Result<Vec<String>> {
    let sql = "SELECT name FROM pragma_table_xinfo(?1) WHERE hidden <> 1 ORDER BY cid";
    connection.prepare(sql)?.query_map([table], |row| row.get(0))?.collect()
}
