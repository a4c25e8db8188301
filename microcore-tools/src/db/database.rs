//! The handle that plugins hold: SQL in, rows out.

use std::fmt;
use std::sync::Arc;

use microcore_runtime::manifest::TableFacts;
use microcore_runtime::plugin::Identity;
use schemars::JsonSchema;

use crate::db::backend::{Pool, Result, Values, Wanted};
use crate::db::json::{self, Rows, WrittenRow};
use crate::db::outbox::Publisher;
use crate::db::params::owned;
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
        let values = self.reading(sql, &params)?;
        drop(params);
        self.0.fetch(sql, values, Wanted::All).await
    }

    /// Every row as JSON text, for a handler that only passes rows on: no value is made of a row.
    ///
    /// The properties of `T`'s schema are the names of the columns, and each value must be what its property says; so
    /// a field must be an integer, a float, `bool`, a text, or an `Option` of one.
    pub async fn query_json<T: JsonSchema + Send + 'static>(&self, sql: &str, params: impl Params) -> Result<Rows<T>> {
        let values = self.reading(sql, &params)?;
        drop(params);
        let rows = self.0.fetch::<WrittenRow<T>>(sql, values, Wanted::All).await?;
        Ok(Rows::new(json::list(&rows)))
    }

    /// The first row, where there is one.
    pub async fn query_one<T: Row>(&self, sql: &str, params: impl Params) -> Result<Option<T>> {
        let values = self.reading(sql, &params)?;
        drop(params);
        Ok(self.0.fetch(sql, values, Wanted::First).await?.into_iter().next())
    }

    /// The first column of the one row. No row is an error of kind [`DbErrorKind::NoRows`], a second row one of kind
    /// [`DbErrorKind::Usage`].
    pub async fn query_scalar<T: FromValue>(&self, sql: &str, params: impl Params) -> Result<T> {
        let values = self.reading(sql, &params)?;
        drop(params);
        only(self.0.fetch(sql, values, Wanted::Two).await?)
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
    /// # Isolation
    ///
    /// On SQLite, transactions run one after the other. On PostgreSQL they are serializable, unless `PG_ISOLATION` says
    /// otherwise: two that can't both be right end in an error of kind [`DbErrorKind::Busy`] for one of them, which
    /// has left nothing behind and may be tried again.
    pub async fn transaction<T, E: From<DbError>, F: AsyncFnOnce(&mut Transaction<B>) -> Result<T, E>>(
        &self,
        work: F,
    ) -> Result<T, E> {
        scope::no_write_beside(self.identity())?;
        let mut transaction = Transaction::<B>::new(self.0.begin().await?, self.1.clone());
        match scope::inside(self.identity(), work(&mut transaction)).await {
            Ok(value) => {
                transaction.commit().await?;
                Ok(value)
            }
            Err(error) => {
                // The caller's error says more than a rollback that failed; a connection that can't roll back is
                // never used again.
                if let Err(error) = transaction.rollback().await {
                    tracing::warn!(%error, "a transaction could not be rolled back");
                }
                Err(error)
            }
        }
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

impl<B: Backend> Database<B> {
    /// The same for every clone.
    fn identity(&self) -> usize {
        Arc::as_ptr(&self.0).addr()
    }

    fn reading(&self, sql: &str, params: &impl Params) -> Result<Values> {
        if lexer::reads(sql) { owned(params) } else { self.writing(sql, params) }
    }

    fn writing(&self, sql: &str, params: &impl Params) -> Result<Values> {
        scope::no_control(sql)?;
        scope::no_write_beside(self.identity())?;
        owned(params)
    }
}

/// The one value of at most two rows.
pub(crate) fn only<T>(rows: Vec<First<T>>) -> Result<T> {
    let mut rows = rows.into_iter();
    match (rows.next(), rows.next()) {
        (Some(First(value)), None) => Ok(value),
        (None, _) => Err(DbError::new(DbErrorKind::NoRows, "the statement gave no row, and one value was asked for")),
        (Some(_), Some(_)) => Err(DbError::usage("the statement gave more than one row, and one value was asked for")),
    }
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
