//! The pool: which calls need a transaction, and what happens when no connection is free.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use deadpool::Runtime;
use deadpool::managed::{Pool as Deadpool, PoolError, QueueMode, TimeoutType};
use tokio_util::task::TaskTracker;

use crate::db::backend::{Open, Pool, Result, Values, Wanted};
use crate::db::postgres::connection::{Lent, Server};
use crate::db::postgres::open::OpenConnection;
use crate::db::postgres::settings::{Isolation, PostgresSettings};
use crate::db::postgres::stale;
use crate::db::postgres::test_database::TestDatabase;
use crate::db::{DbError, Row, lexer};
use crate::postgres::{Bell, Pooler};

/// An open PostgreSQL database.
pub struct PostgresPool {
    connections: Deadpool<Server>,
    /// Counts the connections that are lent.
    lent: TaskTracker,
    /// What a transaction begins with.
    begin: Arc<str>,
    /// What one of the framework's own begins with.
    begin_own: Arc<str>,
    /// And a call by itself, where it needs one.
    begin_alone: Arc<str>,
    /// The longest time of a transaction.
    longest: Option<Duration>,
    /// Whether a pooler lends connections for one transaction.
    is_lent: bool,
    /// Dropped last: it takes the database along.
    test: Mutex<Option<TestDatabase>>,
}

impl PostgresPool {
    /// Makes the first connection, so that a wrong address is known at boot.
    pub(crate) async fn open(settings: PostgresSettings, test: Option<TestDatabase>) -> Result<Self> {
        let connections = Deadpool::builder(settings.server())
            .max_size(settings.connections)
            .wait_timeout(Some(settings.wait))
            .create_timeout(Some(settings.connect_timeout))
            // The connection used last has the most statements prepared.
            .queue_mode(QueueMode::Lifo)
            .runtime(Runtime::Tokio1)
            .build()
            .map_err(|error| DbError::usage(format!("the pool can't be built: {error}")))?;
        let opened = Self {
            connections,
            lent: TaskTracker::new(),
            begin: settings.begin(Some(settings.isolation)).into(),
            begin_own: settings.begin(Some(Isolation::ReadCommitted)).into(),
            begin_alone: settings.begin(None).into(),
            longest: Some(settings.transaction_timeout).filter(|longest| !longest.is_zero()),
            is_lent: settings.pooler == Pooler::Transaction,
            test: Mutex::new(test),
        };
        drop(opened.lend().await?);
        Ok(opened)
    }

    async fn begun(&self, begin: &Arc<str>) -> Result<OpenConnection> {
        let mut lent = self.lend().await?;
        lent.begin(begin);
        Ok(OpenConnection::new(lent))
    }

    async fn lend(&self) -> Result<Lent> {
        let token = self.lent.token();
        self.connections.get().await.map(|object| Lent::new(object, self.is_lent, token)).map_err(|error| match error {
            PoolError::Backend(error) => error,
            PoolError::Timeout(TimeoutType::Wait) => DbError::unavailable(
                "no connection was free in time (DB_WAIT says how long a call waits, PG_CONNECTIONS how many there are)",
                "the pool is exhausted",
            ),
            PoolError::Timeout(_) => DbError::unavailable(
                "the database server did not answer in time (PG_CONNECT_TIMEOUT says how long a connection may take)",
                "the connection timed out",
            ),
            other => DbError::unavailable("no connection can be had", other),
        })
    }
}

impl Pool for PostgresPool {
    type Open = OpenConnection;

    async fn fetch<T: Row>(&self, sql: &str, values: Values, wanted: Wanted) -> Result<Vec<T>> {
        if self.is_lent {
            let mut open = self.begun(&self.begin_alone).await?;
            let rows = open.fetch(sql, values, wanted).await?;
            return open.commit().await.map(|()| rows);
        }
        let mut lent = self.lend().await?;
        if lexer::reads(sql) {
            return lent.fetch(sql, &values, wanted).await;
        }
        // A row that can't be read undoes what was written. On an error `Lent` rolls back.
        lent.fetch_alone(sql, &values, wanted).await
    }

    async fn execute(&self, sql: &str, values: Values) -> Result<u64> {
        if self.is_lent {
            let mut open = self.begun(&self.begin_alone).await?;
            let changed = open.execute(sql, values).await?;
            return open.commit().await.map(|()| changed);
        }
        // To the server, one statement is a transaction by itself.
        self.lend().await?.execute(sql, &values).await
    }

    async fn execute_many(&self, sql: &str, rows: Vec<Values>) -> Result<u64> {
        let run = async || {
            let mut open = self.begin().await?;
            let changed = open.execute_all(sql, &rows).await?;
            open.commit().await.map(|()| changed)
        };
        match run().await {
            // One call, all of which is undone: what was prepared before a table was changed is prepared anew.
            Err(error) if stale::was(&error) => run().await,
            ran => ran,
        }
    }

    fn longest_transaction(&self) -> Option<Duration> {
        self.longest
    }

    async fn begin(&self) -> Result<OpenConnection> {
        self.begun(&self.begin).await
    }

    async fn begin_own(&self) -> Result<OpenConnection> {
        self.begun(&self.begin_own).await
    }

    fn listen(
        &self,
        channel: &'static str,
        gap: Duration,
        heard: Arc<dyn Fn() + Send + Sync>,
    ) -> Option<Box<dyn Fn() + Send + Sync>> {
        // Behind a pooler of transactions nobody can listen.
        if self.is_lent {
            return None;
        }
        let Server { config, tls, .. } = self.connections.manager();
        let bell = Bell::hang(config.clone(), tls.clone(), channel, gap, move || heard());
        Some(Box::new(move || bell.ring()))
    }

    async fn check(&self) -> Result<()> {
        self.fetch::<i64>("SELECT 1", Values::new(), Wanted::First).await.map(drop)
    }

    async fn close(&self) -> Result<()> {
        // Nobody new is let in; whoever has a connection ends first.
        self.connections.close();
        self.lent.close();
        self.lent.wait().await;
        // An application holds its pool as long as the process lives; the database of a test goes now.
        let test = self.test.lock().unwrap_or_else(PoisonError::into_inner).take();
        let dropped = tokio::task::spawn_blocking(move || drop(test)).await;
        dropped.map_err(|error| DbError::unavailable("the runtime is shutting down", error))
    }
}

impl fmt::Debug for PostgresPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresPool").field("status", &self.connections.status()).finish_non_exhaustive()
    }
}
