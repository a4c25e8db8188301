//! Tables: those that the migrations lead to, found by running them on an empty database in memory, and the live ones.

use std::collections::BTreeMap;

use microcore_runtime::manifest::{Migration, TableFacts};
use rusqlite::{Connection, Row};

use crate::db::DbError;
use crate::db::backend::{Pool, Result, Values, Wanted};
use crate::db::migration::{in_order, is_bare};
use crate::db::schema::Catalogue;
use crate::db::sqlite::migrator;
use crate::db::sqlite::pool::SqlitePool;

/// SQLite's own tables are left out.
const TABLES: &str = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual')
    AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";

const COLUMNS: &str = "SELECT t.name, c.name, c.type, NOT c.\"notnull\", c.pk > 0, c.dflt_value
    FROM ({TABLES}) t JOIN pragma_table_xinfo(t.name) c WHERE c.hidden <> 1 ORDER BY t.name, c.cid";

const UNIQUE: &str = "SELECT t.name, i.name, c.name
    FROM ({TABLES}) t JOIN pragma_index_list(t.name) i JOIN pragma_index_info(i.name) c
    WHERE i.\"unique\" AND i.origin <> 'pk' AND NOT i.partial ORDER BY t.name, i.name, c.seqno";

/// Without a column, REFERENCES means the primary key, column by column.
const FOREIGN: &str = "SELECT t.name, CAST(k.id AS TEXT), k.\"from\", k.\"table\",
        coalesce(k.\"to\", (SELECT name FROM pragma_table_info(k.\"table\") WHERE pk = k.seq + 1), 'rowid')
    FROM ({TABLES}) t JOIN pragma_foreign_key_list(t.name) k ORDER BY t.name, k.id, k.seq";

fn whole(sql: &str) -> String {
    sql.replace("{TABLES}", TABLES)
}

/// Every table that the migrations lead to, with its owner, by name.
pub(crate) fn tables(migrations: &[Migration]) -> Result<Vec<TableFacts>> {
    let sqlite = Connection::open_in_memory().map_err(DbError::of_sqlite)?;
    migrator::prepare(&sqlite)?;
    let mut owners: BTreeMap<String, &str> = BTreeMap::new();
    let mut orphans = migrator::Orphans::default();
    for migration in in_order(migrations)? {
        if is_bare(migration) {
            migrator::batch(&sqlite, migration)?;
        } else {
            sqlite.execute_batch("BEGIN").map_err(DbError::of_sqlite)?;
            migrator::run(&sqlite, migration, &mut orphans)?;
            sqlite.execute_batch("COMMIT").map_err(DbError::of_sqlite)?;
        }
        let mut now = BTreeMap::new();
        for table in rows(&sqlite, TABLES, |row| row.get::<_, String>(0))? {
            // A table that was rebuilt keeps its owner.
            let owner = owners.get(&table).copied().unwrap_or(migration.domain);
            now.insert(table, owner);
        }
        owners = now;
    }
    let owned = |mut table: TableFacts| {
        table.domain = owners.get(&table.name).copied().unwrap_or_default().to_owned();
        table
    };
    Ok(of(&sqlite)?.into_iter().map(owned).collect())
}

/// Every table that a connection sees.
pub(crate) fn of(sqlite: &Connection) -> Result<Vec<TableFacts>> {
    let catalogue = Catalogue {
        columns: rows(sqlite, &whole(COLUMNS), |row| row.try_into())?,
        unique: rows(sqlite, &whole(UNIQUE), |row| row.try_into())?,
        foreign: rows(sqlite, &whole(FOREIGN), |row| row.try_into())?,
    };
    Ok(catalogue.tables(ty))
}

/// Every table that is there now.
pub(crate) async fn live(pool: &SqlitePool) -> Result<Vec<TableFacts>> {
    let catalogue = Catalogue {
        columns: pool.fetch(&whole(COLUMNS), Values::new(), Wanted::All).await?,
        unique: pool.fetch(&whole(UNIQUE), Values::new(), Wanted::All).await?,
        foreign: pool.fetch(&whole(FOREIGN), Values::new(), Wanted::All).await?,
    };
    Ok(catalogue.tables(ty))
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

fn rows<T>(sqlite: &Connection, sql: &str, read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>) -> Result<Vec<T>> {
    let all = || sqlite.prepare(sql)?.query_map([], read)?.collect::<rusqlite::Result<Vec<T>>>();
    all().map_err(DbError::of_sqlite)
}
