//! Several calls as one, nested by savepoints.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use microcore_runtime::jobs::NewJob;

use crate::db::backend::{Open, Result, Values, Wanted};
use crate::db::database::only;
use crate::db::outbox::Publisher;
use crate::db::params::owned;
use crate::db::{Backend, DbError, FromValue, Params, Row, scope};

/// What `work` gets from [`Database::transaction`](crate::db::Database::transaction).
///
/// # Errors
///
/// A call that the engine refuses ends the transaction on every engine: later calls fail, and it can't be committed,
/// even where `work` gives `Ok`. What may fail is nested in a [`Transaction::transaction`] of its own; then only that
/// is undone.
///
/// # Cancellation
///
/// A single call that is cancelled, by a timeout for instance, ends the whole transaction: later calls and the commit
/// fail. A nested transaction that is cancelled between its calls is undone, and the outer one goes on.
///
/// ```
/// use microcore_tools::db::{DbError, Sqlite, Transaction};
///
/// /// What several handlers do, each in a transaction of its own: `take(tx, item, 1).await?`.
/// async fn take(tx: &mut Transaction<Sqlite>, item: i64, count: i64) -> Result<(), DbError> {
///     tx.execute("UPDATE stock SET count = count - $1 WHERE item = $2", (count, item)).await?;
///     tx.execute("INSERT INTO moves (item, count) VALUES ($1, $2)", (item, -count)).await?;
///     Ok(())
/// }
/// ```
pub struct Transaction<B: Backend> {
    /// `None` once a cancelled call took the connection along.
    open: Option<<B::Pool as crate::db::backend::Pool>::Open>,
    /// How deep `work` is nested.
    depth: u32,
    /// How many savepoints the engine has; more than `depth` after a nested `work` was dropped.
    savepoints: u32,
    /// How deep the call was that failed.
    failed: Option<u32>,
    /// The events that were published in it, each with the depth that it was published at.
    kept: Vec<(u32, Arc<dyn Any + Send + Sync>)>,
    /// The jobs that were enqueued in it, in the same way.
    left: Vec<(u32, NewJob)>,
    /// Whether a call failed because another transaction was in the way.
    conflict: bool,
    pub(crate) publisher: Publisher,
}

impl<B: Backend> Transaction<B> {
    pub(crate) fn new(open: <B::Pool as crate::db::backend::Pool>::Open, publisher: Publisher) -> Self {
        Self {
            open: Some(open),
            depth: 0,
            savepoints: 0,
            failed: None,
            conflict: false,
            kept: Vec::new(),
            left: Vec::new(),
            publisher,
        }
    }

    /// Every row.
    pub async fn query<T: Row>(&mut self, sql: &str, params: impl Params) -> Result<Vec<T>> {
        let values = given(sql, &params)?;
        drop(params);
        self.run(async |open| open.fetch(sql, values, Wanted::All).await).await
    }

    /// The first row, where there is one.
    pub async fn query_one<T: Row>(&mut self, sql: &str, params: impl Params) -> Result<Option<T>> {
        let values = given(sql, &params)?;
        drop(params);
        Ok(self.run(async |open| open.fetch(sql, values, Wanted::First).await).await?.into_iter().next())
    }

    /// The first column of the one row.
    pub async fn query_scalar<T: FromValue>(&mut self, sql: &str, params: impl Params) -> Result<T> {
        let values = given(sql, &params)?;
        drop(params);
        only(self.run(async |open| open.fetch(sql, values, Wanted::One).await).await?)
    }

    /// Runs a statement; the number of rows that it changed.
    pub async fn execute(&mut self, sql: &str, params: impl Params) -> Result<u64> {
        let values = given(sql, &params)?;
        drop(params);
        self.run(async |open| open.execute(sql, values).await).await
    }

    /// Runs a statement once per item; the number of rows that were changed.
    ///
    /// An item that fails ends the list, and the transaction.
    pub async fn execute_many<P: Params>(&mut self, sql: &str, rows: impl IntoIterator<Item = P>) -> Result<u64> {
        let rows = rows.into_iter().map(|params| given(sql, &params)).collect::<Result<Vec<_>>>()?;
        if rows.is_empty() {
            return Ok(0);
        }
        self.run(async |open| open.execute_many(sql, rows).await).await
    }

    /// A transaction inside this one: where `work` fails, only what `work` did is undone.
    pub async fn transaction<T, E, F>(&mut self, work: F) -> Result<T, E>
    where
        E: From<DbError>,
        F: AsyncFnOnce(&mut Self) -> Result<T, E>,
    {
        self.settle().await?;
        self.no_failure()?;
        let name = self.savepoints + 1;
        self.control(format!("SAVEPOINT microcore_{name}")).await?;
        self.savepoints = name;
        let nested = Nested::enter(self);
        let result = work(nested.0).await;
        // Leaves the depth, also where `work` is dropped or panics instead of coming here.
        drop(nested);
        match result {
            Ok(_) if self.failed.is_some() => {
                self.undo_to(name - 1).await?;
                Err(failed().into())
            }
            Ok(value) => {
                // Whatever is nested deeper and was abandoned goes first.
                self.undo_to(name).await?;
                self.control(format!("RELEASE microcore_{name}")).await?;
                self.savepoints = name - 1;
                // From now on it is part of what this one was nested in.
                self.kept.iter_mut().for_each(|(depth, _)| *depth = (*depth).min(name - 1));
                self.left.iter_mut().for_each(|(depth, _)| *depth = (*depth).min(name - 1));
                Ok(value)
            }
            Err(error) => {
                // The caller's error says more. What can't be undone now is undone before the next call.
                let _ = self.settle().await;
                Err(error)
            }
        }
    }

    pub(crate) async fn commit(mut self) -> Result<()> {
        self.settle().await?;
        if let Err(failed) = self.no_failure() {
            self.rollback().await?;
            return Err(failed);
        }
        self.open.take().ok_or_else(cancelled)?.commit().await?;
        if let Some(listener) = self.publisher.listener.get() {
            self.kept.drain(..).for_each(|(_, event)| listener.committed(event));
        }
        if let Some(listener) = self.publisher.jobs.get() {
            self.left.drain(..).for_each(|(_, job)| listener.enqueued(job.worker.name, &job.payload));
        }
        Ok(())
    }

    /// Remembers what was published until it is known whether it was.
    pub(crate) fn keeps(&mut self, event: Arc<dyn Any + Send + Sync>) {
        self.kept.push((self.savepoints, event));
    }

    /// Remembers what was enqueued, in the same way.
    pub(crate) fn leaves(&mut self, job: NewJob) {
        self.left.push((self.savepoints, job));
    }

    /// Whether the whole may succeed when it is tried again.
    pub(crate) fn met_conflict(&self) -> bool {
        self.conflict
    }

    fn no_failure(&self) -> Result<()> {
        if self.failed.is_some() { Err(failed()) } else { Ok(()) }
    }

    pub(crate) async fn rollback(mut self) -> Result<()> {
        match self.open.take() {
            Some(open) => open.rollback().await,
            // A cancelled call took the connection along and rolls back where it ends.
            None => Ok(()),
        }
    }

    /// Undoes nested transactions that were dropped.
    async fn settle(&mut self) -> Result<()> {
        self.undo_to(self.depth).await
    }

    async fn undo_to(&mut self, depth: u32) -> Result<()> {
        while self.savepoints > depth {
            let name = self.savepoints;
            self.control(format!("ROLLBACK TO microcore_{name}")).await?;
            self.control(format!("RELEASE microcore_{name}")).await?;
            self.savepoints -= 1;
            // What failed in there is undone with it, and what was published.
            self.failed = self.failed.filter(|depth| *depth <= self.savepoints);
            self.kept.retain(|(depth, _)| *depth <= self.savepoints);
            self.left.retain(|(depth, _)| *depth <= self.savepoints);
        }
        Ok(())
    }

    async fn control(&mut self, sql: String) -> Result<()> {
        self.lend(async |open| open.control(sql).await).await
    }

    async fn run<T, F>(&mut self, call: F) -> Result<T>
    where
        F: AsyncFnOnce(&mut <B::Pool as crate::db::backend::Pool>::Open) -> Result<T>,
    {
        self.settle().await?;
        self.no_failure()?;
        let result = self.lend(call).await;
        if let Err(error) = &result {
            self.failed = Some(self.savepoints);
            self.conflict |= error.is_conflict();
        }
        result
    }

    /// Takes the connection out for one call; where the call is cancelled, it does not come back.
    async fn lend<T, F>(&mut self, call: F) -> Result<T>
    where
        F: AsyncFnOnce(&mut <B::Pool as crate::db::backend::Pool>::Open) -> Result<T>,
    {
        let mut open = self.open.take().ok_or_else(cancelled)?;
        let result = call(&mut open).await;
        self.open = Some(open);
        result
    }
}

/// The values of a statement that leaves the transaction alone.
fn given(sql: &str, params: &impl Params) -> Result<Values> {
    scope::no_control(sql)?;
    owned(params)
}

fn failed() -> DbError {
    DbError::usage("an earlier call of this transaction failed; nest what may fail in `tx.transaction`")
}

fn cancelled() -> DbError {
    DbError::usage("the transaction was rolled back, because one of its calls was cancelled")
}

/// One level deeper, for as long as it lives.
struct Nested<'a, B: Backend>(&'a mut Transaction<B>);

impl<'a, B: Backend> Nested<'a, B> {
    fn enter(transaction: &'a mut Transaction<B>) -> Self {
        transaction.depth += 1;
        Self(transaction)
    }
}

impl<B: Backend> Drop for Nested<'_, B> {
    fn drop(&mut self) {
        self.0.depth -= 1;
    }
}

impl<B: Backend> fmt::Debug for Transaction<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transaction").field("depth", &self.depth).finish_non_exhaustive()
    }
}
