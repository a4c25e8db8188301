//! Documents in a file of SQLite, found by its module FTS5.
//!
//! What is indexed are the words that the tool has made, separated by blanks; the tokenizer `ascii` takes them as they are.
//! The documents themselves are in a table beside.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use microcore::lifecycle::Boot;
use microcore::prelude::*;
use rusqlite::{Connection, OptionalExtension, params, params_from_iter, types::Value};

use super::{Asked, Backend, Document, Fitting, Index, Prepared, SearchError, Term};

/// The most connections that are kept for queries.
const READERS: usize = 4;

/// How long another process may hold the file.
const BUSY: Duration = Duration::from_secs(5);

const TABLES: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    CREATE TABLE IF NOT EXISTS document (
        row INTEGER PRIMARY KEY, collection TEXT NOT NULL, id TEXT NOT NULL, content TEXT NOT NULL,
        UNIQUE (collection, id)
    );
    CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5 (title, text, tokenize = 'ascii', content = '',
        contentless_delete = 1);
";

/// The backend `Fts5`.
#[derive(Debug, Clone, Copy)]
pub struct Fts5;

/// What [`Fts5`] reads.
#[derive(Debug, Settings)]
#[settings(prefix = "SEARCH")]
#[non_exhaustive]
pub struct Fts5Settings {
    /// File of the index, which is made where there is none.
    #[setting(default = "search.db")]
    pub file: PathBuf,
}

/// An open file.
#[derive(Debug, Clone)]
pub struct Fts5Index(Arc<Inside>);

#[derive(Debug)]
struct Inside {
    file: PathBuf,
    writer: Mutex<Option<Connection>>,
    readers: Mutex<Vec<Connection>>,
}

impl Backend for Fts5 {
    type Settings = Fts5Settings;
    type Index = Fts5Index;

    async fn open(settings: Fts5Settings, _: &Boot) -> Result<Fts5Index> {
        let inside = Inside { file: settings.file, writer: Mutex::default(), readers: Mutex::default() };
        Ok(Fts5Index(Arc::new(inside)))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What SQLite says → whether trying again helps.
fn failure(error: rusqlite::Error) -> SearchError {
    use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
    match error.sqlite_error_code() {
        Some(DatabaseCorrupt | NotADatabase) => SearchError::refused(error),
        _ => SearchError::unavailable(error),
    }
}

impl Inside {
    fn connect(&self) -> rusqlite::Result<Connection> {
        let connection = Connection::open(&self.file)?;
        connection.busy_timeout(BUSY)?;
        connection.execute_batch(TABLES)?;
        Ok(connection)
    }

    fn write<T>(&self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> rusqlite::Result<T> {
        let mut writer = lock(&self.writer);
        if writer.is_none() {
            *writer = Some(self.connect()?);
        }
        let Some(connection) = writer.as_mut() else { unreachable!("it was opened above") };
        let change = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        let done = work(&change)?;
        change.commit()?;
        Ok(done)
    }

    fn read<T>(&self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> rusqlite::Result<T> {
        let kept = lock(&self.readers).pop();
        let reader = kept.map_or_else(|| self.connect(), Ok)?;
        let done = work(&reader);
        let mut readers = lock(&self.readers);
        if readers.len() < READERS {
            readers.push(reader);
        }
        done
    }
}

impl Fts5Index {
    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Inside) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, SearchError> {
        let inside = Arc::clone(&self.0);
        match tokio::task::spawn_blocking(move || work(&inside)).await {
            Ok(done) => done.map_err(failure),
            Err(panic) => Err(SearchError::unavailable(panic)),
        }
    }
}

/// Takes a document out; whether it was there.
fn take(connection: &Connection, collection: &str, id: &str) -> rusqlite::Result<()> {
    let sql = "DELETE FROM document WHERE collection = ?1 AND id = ?2 RETURNING row";
    let row: Option<i64> = connection.prepare_cached(sql)?.query_row((collection, id), |row| row.get(0)).optional()?;
    if let Some(row) = row {
        connection.prepare_cached("DELETE FROM words WHERE rowid = ?1")?.execute([row])?;
    }
    Ok(())
}

/// The query in the language of FTS5. Words are letters and digits, so quotes are all that they need.
fn expression(terms: &[Term]) -> String {
    let phrase = |term: &Term| format!("\"{}\"{}", term.words.join(" "), if term.prefix { " *" } else { "" });
    let join = |excluded: bool, by: &str| {
        let chosen = terms.iter().filter(|term| term.excluded == excluded);
        chosen.map(phrase).collect::<Vec<_>>().join(by)
    };
    let (wanted, unwanted) = (join(false, " AND "), join(true, " OR "));
    if unwanted.is_empty() { wanted } else { format!("({wanted}) NOT ({unwanted})") }
}

impl Index for Fts5Index {
    async fn put(&self, document: Prepared) -> Result<(), SearchError> {
        let content = serde_json::to_string(&document.document).map_err(SearchError::refused)?;
        self.blocking(move |inside| {
            inside.write(|connection| {
                take(connection, &document.collection, &document.id)?;
                connection
                    .prepare_cached("INSERT INTO document (collection, id, content) VALUES (?1, ?2, ?3)")?
                    .execute((&document.collection, &document.id, content))?;
                let row = connection.last_insert_rowid();
                connection
                    .prepare_cached("INSERT INTO words (rowid, title, text) VALUES (?1, ?2, ?3)")?
                    .execute(params![row, document.title.join(" "), document.text.join(" ")])?;
                Ok(())
            })
        })
        .await
    }

    async fn remove(&self, collection: &str, id: &str) -> Result<(), SearchError> {
        let (collection, id) = (collection.to_owned(), id.to_owned());
        self.blocking(move |inside| inside.write(|connection| take(connection, &collection, &id))).await
    }

    async fn clear(&self, collection: &str) -> Result<(), SearchError> {
        let collection = collection.to_owned();
        self.blocking(move |inside| {
            inside.write(|connection| {
                let rows = "DELETE FROM words WHERE rowid IN (SELECT row FROM document WHERE collection = ?1)";
                connection.execute(rows, [&collection])?;
                connection.execute("DELETE FROM document WHERE collection = ?1", [&collection])?;
                Ok(())
            })
        })
        .await
    }

    async fn find(&self, asked: Asked) -> Result<(Vec<Fitting>, u64), SearchError> {
        let found = self.blocking(move |inside| {
            let mut from = "FROM words JOIN document ON document.row = words.rowid WHERE words MATCH ? AND collection = ?"
                .to_owned();
            let mut values = vec![Value::Text(expression(&asked.terms)), Value::Text(asked.collection)];
            for (name, value) in asked.fields {
                from.push_str(" AND EXISTS (SELECT 1 FROM json_each(content, '$.fields') WHERE key = ? AND value = ?)");
                values.extend([Value::Text(name), Value::Text(value)]);
            }
            inside.read(|connection| {
                let all = format!("SELECT count(*) {from}");
                let total: i64 = connection.prepare(&all)?.query_row(params_from_iter(&values), |row| row.get(0))?;
                // A word of the title counts for eight of the text.
                let page = format!(
                    "SELECT id, content, -bm25(words, 8.0, 1.0) AS score {from} ORDER BY score DESC, id LIMIT ? OFFSET ?"
                );
                values.extend([Value::Integer(asked.limit.into()), Value::Integer(asked.offset.into())]);
                let mut statement = connection.prepare(&page)?;
                let rows = statement.query_map(params_from_iter(&values), |row| {
                    Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, f64>(2)?))
                })?;
                Ok((rows.collect::<rusqlite::Result<Vec<_>>>()?, total))
            })
        });
        let (rows, total) = found.await?;
        let fitting = rows.into_iter().map(|(id, content, score)| {
            let document: Document = serde_json::from_str(&content).map_err(SearchError::refused)?;
            Ok(Fitting::of(id, document, score))
        });
        Ok((fitting.collect::<Result<_, SearchError>>()?, u64::try_from(total).unwrap_or_default()))
    }

    async fn check(&self) -> Result<(), SearchError> {
        self.blocking(|inside| inside.read(|connection| connection.query_row("SELECT 1", [], |_| Ok(())))).await
    }
}
