//! Readers and the one writer; which of them a statement goes to.
//!
//! SQLite itself says whether a statement only reads; the first word only saves asking the wrong connection.

use deadpool::Runtime;
use deadpool::managed::{Pool as Deadpool, PoolError, QueueMode};

use crate::db::backend::{Pool, Result, Values, Wanted};
use crate::db::sqlite::connection::{Connections, Lent, OpenConnection, Role, blocking};
use crate::db::sqlite::place::Place;
use crate::db::sqlite::settings::SqliteSettings;
use crate::db::sqlite::statement;
use crate::db::{DbError, Row};

/// An open SQLite database.
#[derive(Debug)]
pub struct SqlitePool {
    // The writer waits in the order of arrival: deadpool's semaphore is fair.
    writer: Deadpool<Connections>,
    readers: Deadpool<Connections>,
}

impl SqlitePool {
    /// Opens the writer, so that a wrong path is known at boot. Readers open when they are needed.
    pub(crate) async fn open(settings: SqliteSettings, place: Place) -> Result<Self> {
        let pool = |role, size| {
            Deadpool::builder(Connections { role, settings: settings.clone(), place: place.clone() })
                .max_size(size)
                .wait_timeout(Some(settings.wait))
                // The reader used last has the warmest cache.
                .queue_mode(QueueMode::Lifo)
                .runtime(Runtime::Tokio1)
                .build()
                .map_err(|error| DbError::usage(format!("the pool can't be built: {error}")))
        };
        let opened = Self { writer: pool(Role::Writer, 1)?, readers: pool(Role::Reader, settings.readers)? };
        lent(&opened.writer, "writer").await?;
        Ok(opened)
    }
}

async fn lent(pool: &Deadpool<Connections>, what: &str) -> Result<Lent> {
    pool.get().await.map(Lent::new).map_err(|error| match error {
        PoolError::Backend(error) => error,
        PoolError::Timeout(_) => {
            DbError::unavailable(format!("no {what} connection was free in time"), "the pool is exhausted")
        }
        other => DbError::unavailable(format!("no {what} connection can be had"), other),
    })
}

/// Whether the first word leaves open that the statement only reads. Comments in front are skipped by nobody: then
/// SQLite is asked.
fn may_read(sql: &str) -> bool {
    const WRITES: [&str; 10] =
        ["INSERT", "UPDATE", "DELETE", "REPLACE", "CREATE", "ALTER", "DROP", "PRAGMA", "ATTACH", "DETACH"];
    let sql = sql.trim_start();
    !WRITES.iter().any(|word| sql.get(..word.len()).is_some_and(|first| first.eq_ignore_ascii_case(word)))
}

/// One statement as a transaction of its own on the writer: an error in any row means that nothing was written.
fn alone<T>(lent: &Lent, sql: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    let connection = lent.sqlite();
    // VACUUM and some PRAGMAs can't run in a transaction, and have no rows that could be read wrongly.
    if ["VACUUM", "PRAGMA", "ATTACH", "DETACH"]
        .iter()
        .any(|word| sql.trim_start().get(..word.len()).is_some_and(|first| first.eq_ignore_ascii_case(word)))
    {
        return work();
    }
    connection.execute_batch("BEGIN IMMEDIATE").map_err(DbError::of_sqlite)?;
    // On an error `Lent` rolls back.
    let value = work()?;
    if connection.is_autocommit() {
        return Err(transaction_by_hand());
    }
    connection.execute_batch("COMMIT").map_err(DbError::of_sqlite)?;
    Ok(value)
}

fn transaction_by_hand() -> DbError {
    DbError::usage("a statement must not begin or end a transaction; use `transaction`")
}

impl Pool for SqlitePool {
    type Open = OpenConnection;

    async fn fetch<T: Row>(&self, sql: &str, values: Values, wanted: Wanted) -> Result<Vec<T>> {
        let mut values = values;
        if may_read(sql) {
            let reader = lent(&self.readers, "reader").await?;
            let sql = sql.to_owned();
            let read = blocking(move || {
                let mut statement = statement::prepare(reader.sqlite(), &sql)?;
                if !statement.readonly() {
                    return Ok(Err(values));
                }
                let rows = statement::fetch(&mut statement, &sql, &values, wanted)?;
                // To SQLite, BEGIN only reads. `Lent` undoes it.
                if reader.sqlite().is_autocommit() { Ok(Ok(rows)) } else { Err(transaction_by_hand()) }
            });
            match read.await? {
                Ok(rows) => return Ok(rows),
                Err(unread) => values = unread,
            }
        }
        let writer = lent(&self.writer, "writer").await?;
        let sql = sql.to_owned();
        blocking(move || {
            alone(&writer, &sql, || {
                let mut statement = statement::prepare(writer.sqlite(), &sql)?;
                statement::fetch(&mut statement, &sql, &values, wanted)
            })
        })
        .await
    }

    async fn execute(&self, sql: &str, values: Values) -> Result<u64> {
        let writer = lent(&self.writer, "writer").await?;
        let sql = sql.to_owned();
        blocking(move || alone(&writer, &sql, || statement::execute(writer.sqlite(), &sql, &values))).await
    }

    async fn begin(&self) -> Result<OpenConnection> {
        let writer = lent(&self.writer, "writer").await?;
        // IMMEDIATE: a transaction that reads first and writes later must not find that somebody else wrote between.
        blocking(move || {
            writer.sqlite().execute_batch("BEGIN IMMEDIATE").map_err(DbError::of_sqlite)?;
            Ok(OpenConnection::new(writer))
        })
        .await
    }

    async fn check(&self) -> Result<()> {
        self.fetch::<i64>("SELECT 1", Values::new(), Wanted::First).await.map(drop)
    }

    async fn close(&self) -> Result<()> {
        self.readers.close();
        // Whoever is writing ends first; nobody new is let in after.
        let writer = lent(&self.writer, "writer").await;
        self.writer.close();
        let writer = writer?;
        blocking(move || {
            let checkpoint = "PRAGMA wal_checkpoint(TRUNCATE)";
            writer.sqlite().query_row(checkpoint, [], |_| Ok(())).map_err(DbError::of_sqlite)
        })
        .await
    }
}
