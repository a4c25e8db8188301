//! The handle that plugins hold: SQL in, rows out.

use std::fmt;
use std::future::Future;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use microcore_runtime::manifest::TableFacts;
use microcore_runtime::plugin::Identity;
use schemars::JsonSchema;

use crate::db::backend::{Pool, Result, Values, Wanted};
use crate::db::gathered::Gathered;
use crate::db::json::{self, Rows, WrittenRow};
use crate::db::outbox::Publisher;
use crate::db::params::{copied, owned};
use crate::db::patience::patiently;
use crate::db::row::First;
use crate::db::{Backend, DbError, DbErrorKind, FromValue, Params, Row, Transaction, lexer, scope};

/// The tool `db` on the engine `B`. Cheap to clone.
///
/// Placeholders are `$1, $2, …` on every engine, in any order, each as often as needed.
/// Every call is a transaction of its own; [`Database::transaction`] makes one of several calls.
///
/// # Cancellation
///
/// A call whose future is dropped may or may not have taken effect, but never halfway.
pub struct Database<B: Backend>(Arc<B::Pool>, Publisher);

#[microcore_macros::methods]
impl<B: Backend> Database<B> {
    pub(crate) fn new(pool: B::Pool) -> Self {
        Self(Arc::new(pool), Publisher::default())
    }

    /// The same as a database beside the application's own.
    pub(crate) fn beside(mut self, is_beside: bool) -> Self {
        self.1.is_beside = is_beside;
        self
    }

    pub(crate) fn pool(&self) -> &B::Pool {
        &self.0
    }

    pub(crate) fn publisher(&self) -> &Publisher {
        &self.1
    }

    pub(crate) fn published_by(&self, plugin: &'static Identity) -> Self {
        Self(Arc::clone(&self.0), self.1.of(plugin))
    }

    /// Every row.
    pub async fn query<T: Row>(&self, sql: &str, params: impl Params) -> Result<Vec<T>> {
        let values = match self.read_here(sql, &params, Wanted::All)? {
            Read::Here(rows) => return Ok(rows),
            Read::Not(values) => values,
        };
        drop(params);
        self.0.fetch(sql, values, Wanted::All).await
    }

    /// Every row as JSON text, for a handler that only passes rows on: no value is made of a row.
    ///
    /// The properties of `T`'s schema are the names of the columns, and each value must be what its property says; so
    /// a field must be an integer, a float, `bool`, a text, or an `Option` of one.
    pub async fn query_json<T: JsonSchema + Send + 'static>(&self, sql: &str, params: impl Params) -> Result<Rows<T>> {
        let values = match self.read_here::<Vec<WrittenRow<T>>>(sql, &params, Wanted::All)? {
            Read::Here(rows) => return Ok(Rows::new(json::list(&rows))),
            Read::Not(values) => values,
        };
        drop(params);
        let rows = self.0.fetch::<WrittenRow<T>>(sql, values, Wanted::All).await?;
        Ok(Rows::new(json::list(&rows)))
    }

    /// The first row, where there is one.
    pub async fn query_one<T: Row>(&self, sql: &str, params: impl Params) -> Result<Option<T>> {
        let values = match self.read_here(sql, &params, Wanted::First)? {
            Read::Here(row) => return Ok(row),
            Read::Not(values) => values,
        };
        drop(params);
        Ok(self.0.fetch(sql, values, Wanted::First).await?.into_iter().next())
    }

    /// The first column of the one row. No row is an error of kind [`DbErrorKind::NoRows`], a second row one of kind
    /// [`DbErrorKind::Usage`].
    pub async fn query_scalar<T: FromValue>(&self, sql: &str, params: impl Params) -> Result<T> {
        let values = match self.read_here::<Option<First<T>>>(sql, &params, Wanted::One)? {
            Read::Here(row) => return only(row),
            Read::Not(values) => values,
        };
        drop(params);
        only(self.0.fetch(sql, values, Wanted::One).await?)
    }

    /// Runs a statement; the number of rows that it changed.
    pub async fn execute(&self, sql: &str, params: impl Params) -> Result<u64> {
        let values = self.writing(sql, &params)?;
        drop(params);
        self.0.execute(sql, values).await
    }

    /// Runs a statement once per item, all in one transaction; the number of rows that were changed. No item, no call.
    pub async fn execute_many<P: Params>(&self, sql: &str, rows: impl IntoIterator<Item = P>) -> Result<u64> {
        let rows = rows.into_iter().map(|params| self.writing(sql, &params)).collect::<Result<Vec<_>>>()?;
        if rows.is_empty() {
            return Ok(0);
        }
        self.0.execute_many(sql, rows).await
    }

    /// Runs several calls of `tx` as one: committed where `work` gives `Ok`, rolled back where it gives `Err`, panics or is
    /// dropped.
    ///
    /// ```
    /// # extern crate microcore_runtime as microcore;
    /// # use microcore_tools::db::{Backend, Database, DbError};
    /// # async fn example<B: Backend>(db: Database<B>) -> Result<(), DbError> {
    /// db.transaction(async |tx| {
    ///     tx.execute("UPDATE accounts SET amount = amount - $1 WHERE id = $2", (10, 1)).await?;
    ///     tx.execute("UPDATE accounts SET amount = amount + $1 WHERE id = $2", (10, 2)).await
    /// })
    /// .await?;
    /// # Ok(()) }
    /// ```
    ///
    /// Calls on `db` itself inside `work` are not part of it: a read there sees what was committed before, and a write,
    /// as well as a second `transaction`, is an error of kind [`DbErrorKind::Usage`]. Tasks that `work` spawns are
    /// outside, and wait for their turn as anybody does.
    ///
    /// # Time
    ///
    /// A transaction may take as long as `DB_TRANSACTION_TIMEOUT` says. Then `work` is dropped, everything is rolled
    /// back, and the error is of kind [`DbErrorKind::Busy`].
    ///
    /// # Isolation
    ///
    /// On SQLite, transactions run one after the other. On PostgreSQL they are serializable, unless `PG_ISOLATION` says
    /// otherwise: two that can't both be right end in an error of kind [`DbErrorKind::Busy`] for one of them, which
    /// has left nothing behind and may be tried again: [`Database::transaction_retried`] does so.
    pub async fn transaction<T, E: From<DbError>, F: AsyncFnOnce(&mut Transaction<B>) -> Result<T, E>>(
        &self,
        work: F,
    ) -> Result<T, E> {
        let mut open = self.open().await?;
        let result = self.inside(work(&mut open)).await;
        self.end(open, result).await.map_err(|failed| failed.error)
    }

    /// Every table that is there now: columns, keys, defaults, in one vocabulary for every engine.
    pub async fn describe_schema(&self) -> Result<Vec<TableFacts>> {
        B::describe(&self.0).await
    }

    /// Whether a statement can be answered now.
    pub async fn health_check(&self) -> microcore_runtime::error::Result<()> {
        Ok(self.0.check().await?)
    }
}

/// Why a transaction failed.
struct Failed<E> {
    error: E,
    /// Whether another one was in the way.
    conflict: bool,
}

/// How often a transaction of the framework's own is tried again.
const OWN_TRIES: u32 = 8;

/// Whose transaction it is: the application's, or the framework's own.
#[derive(Debug, Clone, Copy)]
enum Whose {
    Theirs,
    Ours,
}

/// How long to wait before the next try: longer each time, and not as long as somebody who failed at the same moment.
fn pause(tries: u32) -> Duration {
    let random = RandomState::new().build_hasher().finish() % 4_096;
    Duration::from_micros((1_000 << tries.min(7)) * (4_096 + random) / 8_192)
}

// Beside the methods that every list of the tools has, which is short on purpose.
impl<B: Backend> Database<B> {
    /// [`Database::transaction`], tried again up to `retries` times where another transaction was in the way: a
    /// serialisation failure, a deadlock, a lock that somebody else held, a table that was changed meanwhile.
    ///
    /// `begin` makes the work of one try, so what that does besides its calls on `tx` is done again. Between two tries there is a
    /// short wait that grows. Any other error, and a time that ran out, is given at once.
    ///
    /// ```
    /// # extern crate microcore_runtime as microcore;
    /// # use microcore_tools::db::{Backend, Database, DbError};
    /// # async fn example<B: Backend>(db: Database<B>) -> Result<(), DbError> {
    /// db.transaction_retried(3, || async |tx| {
    ///     let seats: i64 = tx.query_scalar("SELECT seats FROM shows WHERE id = $1", (1,)).await?;
    ///     tx.execute("UPDATE shows SET seats = $1 WHERE id = $2", (seats - 1, 1)).await
    /// })
    /// .await?;
    /// # Ok(()) }
    /// ```
    pub async fn transaction_retried<T, E, Work, Begin>(&self, retries: u32, begin: Begin) -> Result<T, E>
    where
        E: From<DbError>,
        Work: AsyncFnOnce(&mut Transaction<B>) -> Result<T, E>,
        Begin: FnMut() -> Work,
    {
        self.tried(retries, Whose::Theirs, begin).await
    }

    /// A transaction of the framework's own, see [`Pool::begin_own`], tried again where another one was in the way.
    pub(crate) async fn own_transaction<T, Work, Begin>(&self, begin: Begin) -> Result<T>
    where
        Work: AsyncFnOnce(&mut Transaction<B>) -> Result<T>,
        Begin: FnMut() -> Work,
    {
        self.tried(OWN_TRIES, Whose::Ours, begin).await
    }

    async fn tried<T, E, Work, Begin>(&self, retries: u32, whose: Whose, mut begin: Begin) -> Result<T, E>
    where
        E: From<DbError>,
        Work: AsyncFnOnce(&mut Transaction<B>) -> Result<T, E>,
        Begin: FnMut() -> Work,
    {
        let mut tries = 0;
        loop {
            let opened = match whose {
                Whose::Theirs => self.open().await,
                Whose::Ours => self.open_own().await,
            };
            let failed = match opened {
                Ok(mut open) => {
                    let result = self.inside(begin()(&mut open)).await;
                    match self.end(open, result).await {
                        Ok(value) => return Ok(value),
                        Err(failed) => failed,
                    }
                }
                Err(error) => Failed { conflict: error.is_conflict(), error: error.into() },
            };
            if !failed.conflict || tries == retries {
                return Err(failed.error);
            }
            tokio::time::sleep(pause(tries)).await;
            tries += 1;
        }
    }
}

impl<B: Backend> Database<B> {
    pub(crate) async fn open(&self) -> Result<Transaction<B>> {
        scope::no_write_beside(self.identity())?;
        Ok(Transaction::new(self.0.begin().await?, self.1.clone()))
    }

    async fn open_own(&self) -> Result<Transaction<B>> {
        scope::no_write_beside(self.identity())?;
        Ok(Transaction::new(self.0.begin_own().await?, self.1.clone()))
    }

    /// Runs `work` as the inside of a transaction, for as long as one may take; then it is dropped.
    async fn inside<T, E: From<DbError>>(&self, work: impl Future<Output = Result<T, E>>) -> Result<T, E> {
        let work = pin!(scope::inside(self.identity(), self.0.file(), work));
        let Some(longest) = self.0.longest_transaction() else { return work.await };
        patiently(longest, work).await.unwrap_or_else(|| {
            let message = "the transaction took longer than DB_TRANSACTION_TIMEOUT allows, and was rolled back";
            Err(DbError::new(DbErrorKind::Busy, message).caused_by("it kept its connection").into())
        })
    }

    /// Commits, or rolls back where `result` is an error.
    async fn end<T, E: From<DbError>>(&self, open: Transaction<B>, result: Result<T, E>) -> Result<T, Failed<E>> {
        let conflict = open.met_conflict();
        let error = match result {
            Ok(value) => match open.commit().await {
                Ok(()) => return Ok(value),
                Err(error) => return Err(Failed { conflict: conflict || error.is_conflict(), error: error.into() }),
            },
            Err(error) => error,
        };
        // The caller's error says more than a rollback that failed; a connection that can't roll back is never used
        // again.
        if let Err(error) = open.rollback().await {
            tracing::warn!(%error, "a transaction could not be rolled back");
        }
        Err(Failed { error, conflict })
    }

    /// The same for every clone.
    fn identity(&self) -> usize {
        Arc::as_ptr(&self.0).addr()
    }

    /// Reads on this thread, where the engine can, and with values that nobody copied.
    fn read_here<G: Gathered>(&self, sql: &str, params: &impl Params, wanted: Wanted) -> Result<Read<G>> {
        if !lexer::selects(sql) {
            let values = if lexer::reads(sql) { owned(params) } else { self.writing(sql, params) };
            return values.map(Read::Not);
        }
        params.lend(|values| match self.0.read_here(sql, values, wanted) {
            Some(rows) => rows.map(Read::Here),
            None => Ok(Read::Not(copied(values))),
        })?
    }

    fn writing(&self, sql: &str, params: &impl Params) -> Result<Values> {
        scope::no_control(sql)?;
        scope::no_write_beside(self.identity())?;
        owned(params)
    }
}

/// Whether a statement was read on the thread that called.
enum Read<G> {
    Here(G),
    /// Its values, for wherever it goes.
    Not(Values),
}

/// The value of the one row: [`Wanted::One`] gives no more and no fewer.
pub(crate) fn only<T>(rows: impl IntoIterator<Item = First<T>>) -> Result<T> {
    let row = rows.into_iter().next();
    row.map(|First(value)| value).ok_or_else(|| Wanted::One.check(0).err().unwrap_or_else(|| DbError::usage("no row")))
}

impl<B: Backend> Clone for Database<B> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0), self.1.clone())
    }
}

impl<B: Backend> fmt::Debug for Database<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Database<{}>", std::any::type_name::<B>().rsplit("::").next().unwrap_or_default())
    }
}
