//! The tables that the migrations lead to, found by running them on an empty database in memory.

use std::collections::BTreeMap;

use microcore_runtime::manifest::{ColumnFacts, Migration, TableFacts};
use rusqlite::{Connection, Params, Row};

use crate::db::DbError;
use crate::db::backend::Result;
use crate::db::migration::in_order;
use crate::db::sqlite::migrator;

/// Every table with its owner, by name.
pub(crate) fn tables(migrations: &[Migration]) -> Result<Vec<TableFacts>> {
    let sqlite = Connection::open_in_memory().map_err(DbError::of_sqlite)?;
    migrator::prepare(&sqlite)?;
    let mut owners: BTreeMap<String, &str> = BTreeMap::new();
    for migration in in_order(migrations)? {
        sqlite.execute_batch("BEGIN").map_err(DbError::of_sqlite)?;
        migrator::run(&sqlite, migration)?;
        sqlite.execute_batch("COMMIT").map_err(DbError::of_sqlite)?;
        let mut now = BTreeMap::new();
        for table in names(&sqlite)? {
            // A table that was rebuilt keeps its owner.
            let owner = owners.get(&table).copied().unwrap_or(migration.domain);
            now.insert(table, owner);
        }
        owners = now;
    }
    owners.into_iter().map(|(table, domain)| describe(&sqlite, domain, table)).collect()
}

fn names(sqlite: &Connection) -> Result<Vec<String>> {
    let sql = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual')
               AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
    rows(sqlite, sql, [], |row| row.get(0))
}

fn describe(sqlite: &Connection, domain: &str, name: String) -> Result<TableFacts> {
    let columns = rows(
        sqlite,
        "SELECT name, type, \"notnull\", dflt_value, pk FROM pragma_table_xinfo(?1) WHERE hidden <> 1 ORDER BY cid",
        [&name],
        |row| {
            let primary_key = row.get::<_, i64>(4)? > 0;
            Ok(ColumnFacts {
                name: row.get(0)?,
                ty: ty(&row.get::<_, String>(1)?),
                nullable: !row.get::<_, bool>(2)? && !primary_key,
                primary_key,
                default: row.get(3)?,
            })
        },
    )?;
    let unique = unique(sqlite, &name)?;
    let foreign_keys = foreign_keys(sqlite, &name)?;
    Ok(TableFacts { domain: domain.to_owned(), name, columns, unique, foreign_keys })
}

fn unique(sqlite: &Connection, table: &str) -> Result<Vec<Vec<String>>> {
    let sql = "SELECT name FROM pragma_index_list(?1) WHERE \"unique\" AND origin <> 'pk' AND NOT partial";
    let mut sets = Vec::new();
    for index in rows(sqlite, sql, [table], |row| row.get::<_, String>(0))? {
        let sql = "SELECT name FROM pragma_index_info(?1) ORDER BY seqno";
        let columns: Vec<Option<String>> = rows(sqlite, sql, [&index], |row| row.get(0))?;
        // An expression has no name, and an index on one says nothing about its columns.
        sets.extend(columns.into_iter().collect::<Option<Vec<_>>>());
    }
    sets.sort();
    sets.dedup();
    Ok(sets)
}

/// One pair per column; the pairs of a composite key follow each other.
fn foreign_keys(sqlite: &Connection, table: &str) -> Result<Vec<(String, String)>> {
    // Without a column, REFERENCES means the primary key, column by column.
    let sql = "SELECT \"from\", \"table\", coalesce(\"to\", (SELECT name FROM pragma_table_info(k.\"table\") WHERE pk = seq + 1))
               FROM pragma_foreign_key_list(?1) k ORDER BY id DESC, seq";
    rows(sqlite, sql, [table], |row| {
        let (column, parent, target): (String, String, Option<String>) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok((column, format!("{parent}.{}", target.as_deref().unwrap_or("rowid"))))
    })
}

/// A declared type in the closed vocabulary, by SQLite's own habit of looking for parts of words.
fn ty(declared: &str) -> &'static str {
    const PARTS: [(&str, &[&str]); 7] = [
        ("bool", &["BOOL"]),
        ("json", &["JSON"]),
        ("timestamp", &["TIMESTAMP", "DATE", "TIME"]),
        ("int", &["INT", "SERIAL"]),
        ("text", &["CHAR", "CLOB", "TEXT", "UUID"]),
        ("blob", &["BLOB", "BYTEA"]),
        ("float", &["REAL", "FLOA", "DOUB", "NUMERIC", "DECIMAL"]),
    ];
    let declared = declared.to_ascii_uppercase();
    let found = PARTS.iter().find(|(_, parts)| parts.iter().any(|part| declared.contains(part)));
    found.map_or(if declared.is_empty() { "blob" } else { "text" }, |(ty, _)| ty)
}

fn rows<T>(
    sqlite: &Connection,
    sql: &str,
    params: impl Params,
    read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>> {
    let all = || sqlite.prepare(sql)?.query_map(params, read)?.collect::<rusqlite::Result<Vec<T>>>();
    all().map_err(DbError::of_sqlite)
}
