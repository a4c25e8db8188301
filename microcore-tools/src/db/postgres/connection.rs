//! Connections: how they are made, lent, and cleaned when they come back.

use std::fmt;
use std::time::Duration;

use deadpool::managed::{Manager, Metrics, Object, RecycleError, RecycleResult};
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Config, NoTls};
use tokio_util::task::task_tracker::TaskTrackerToken;

use crate::db::backend::{Open, Result, Values, Wanted};
use crate::db::postgres::prepared::Statements;
use crate::db::postgres::statement;
use crate::db::{DbError, Row};

/// How long a connection may take to be clean again.
const CLEANING: Duration = Duration::from_secs(5);

/// A connection and what it has prepared.
#[derive(Debug)]
pub(crate) struct Held {
    pub(crate) client: Client,
    pub(crate) statements: Statements,
}

/// Makes connections for a pool.
#[derive(Debug)]
pub(crate) struct Connections {
    pub(crate) config: Config,
}

impl Manager for Connections {
    type Type = Held;
    type Error = DbError;

    async fn create(&self) -> Result<Held> {
        Ok(Held { client: connect(&self.config).await?, statements: Statements::default() })
    }

    async fn recycle(&self, held: &mut Held, _: &Metrics) -> RecycleResult<DbError> {
        // After a restart of the server every idle connection is found closed here, and a new one is made.
        if held.client.is_closed() { Err(RecycleError::message("the connection is closed")) } else { Ok(()) }
    }
}

/// Makes one connection. The task that reads from the socket ends with the client.
pub(crate) async fn connect(config: &Config) -> Result<Client> {
    let (client, connection) = config.connect(NoTls).await.map_err(|error| {
        DbError::unavailable(format!("the database server at {} can't be used", place(config)), error)
    })?;
    tokio::spawn(async move {
        // Whoever waits for an answer is told; an idle connection that goes is nobody's failure.
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a connection to the database server was lost");
        }
    });
    Ok(client)
}

/// Host, port and database, for messages. Never the password.
fn place(config: &Config) -> String {
    let hosts = config.get_hosts().iter().map(|host| match host {
        tokio_postgres::config::Host::Tcp(name) => name.clone(),
        #[cfg(unix)]
        tokio_postgres::config::Host::Unix(path) => path.display().to_string(),
    });
    let port = config.get_ports().first().copied().unwrap_or(5432);
    format!("`{}:{port}/{}`", hosts.collect::<Vec<_>>().join(","), config.get_dbname().unwrap_or_default())
}

/// A connection of a pool for the length of one call or one transaction. Dropped, whatever is open is rolled back.
pub(crate) struct Lent {
    object: Option<Object<Connections>>,
    /// A transaction is open.
    open: bool,
    /// A call has begun and not ended.
    calling: bool,
    /// The pool closes when every token is gone.
    token: TaskTrackerToken,
}

impl Lent {
    pub(crate) fn new(object: Object<Connections>, token: TaskTrackerToken) -> Self {
        Self { object: Some(object), open: false, calling: false, token }
    }

    /// Runs one call. Where it is cancelled, the connection is not used again.
    pub(crate) async fn call<T>(&mut self, work: impl AsyncFnOnce(&mut Held) -> Result<T>) -> Result<T> {
        let held = self.object.as_mut().expect("a lent connection is taken in `drop` only");
        self.calling = true;
        let result = work(held).await;
        self.calling = false;
        result
    }

    /// Runs statements of the contract's own.
    pub(crate) async fn control(&mut self, sql: &str) -> Result<()> {
        self.call(async |held| held.client.batch_execute(sql).await.map_err(DbError::of_postgres)).await
    }

    /// Begins a transaction, which a drop from now on ends.
    pub(crate) async fn begin(&mut self, sql: &str) -> Result<()> {
        self.open = true;
        self.control(sql).await
    }

    /// Ends the transaction.
    pub(crate) async fn commit(&mut self) -> Result<()> {
        self.control("COMMIT").await?;
        self.open = false;
        Ok(())
    }

    /// Undoes the transaction.
    pub(crate) async fn rollback(&mut self) -> Result<()> {
        self.control("ROLLBACK").await?;
        self.open = false;
        Ok(())
    }

    /// One statement. What another process's change of the schema made stale is prepared anew, outside a transaction.
    pub(crate) async fn fetch<T: Row>(&mut self, sql: &str, values: &Values, wanted: Wanted) -> Result<Vec<T>> {
        let open = self.open;
        self.call(async |held| match held.fetch(open, sql, values, wanted).await {
            Err(error) if !open && stale(&error) => {
                held.statements.forget();
                held.fetch(open, sql, values, wanted).await
            }
            result => result,
        })
        .await
    }

    /// One statement per list of values; the number of rows that they changed.
    pub(crate) async fn execute(&mut self, sql: &str, rows: &[Values]) -> Result<u64> {
        let open = self.open;
        self.call(async |held| {
            let mut changed = 0;
            for values in rows {
                changed += held.execute(open, sql, values).await?;
            }
            Ok(changed)
        })
        .await
    }
}

impl Held {
    async fn fetch<T: Row>(&mut self, open: bool, sql: &str, values: &Values, wanted: Wanted) -> Result<Vec<T>> {
        let prepared = self.statements.prepare(&self.client, open, sql, values).await?;
        statement::fetch(&self.client, &prepared, sql, values, wanted).await
    }

    async fn execute(&mut self, open: bool, sql: &str, values: &Values) -> Result<u64> {
        let prepared = self.statements.prepare(&self.client, open, sql, values).await?;
        statement::execute(&self.client, &prepared, sql, values).await
    }
}

/// "cached plan must not change result type": the table behind `SELECT *` is another one now.
fn stale(error: &DbError) -> bool {
    let source = std::error::Error::source(error).and_then(|source| source.downcast_ref::<tokio_postgres::Error>());
    source.is_some_and(|source| source.code() == Some(&SqlState::FEATURE_NOT_SUPPORTED))
}

impl Drop for Lent {
    fn drop(&mut self) {
        let Some(object) = self.object.take() else { return };
        if !self.open && !self.calling {
            return;
        }
        let (calling, token) = (self.calling, self.token.clone());
        let clean = async move {
            let _token = token;
            if calling {
                // What still runs is stopped, and the connection closed with it: a late cancellation must not hit
                // whoever would be next. The server rolls back.
                let stopped = tokio::time::timeout(CLEANING, object.client.cancel_token().cancel_query(NoTls)).await;
                if !matches!(stopped, Ok(Ok(()))) {
                    tracing::debug!("a cancelled statement could not be stopped");
                }
                drop(Object::take(object));
                return;
            }
            let rolled_back = tokio::time::timeout(CLEANING, object.client.batch_execute("ROLLBACK")).await;
            if !matches!(rolled_back, Ok(Ok(()))) {
                // The server rolls back what a closed connection leaves.
                drop(Object::take(object));
            }
        };
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn(clean)),
            // Nothing can be sent any more; the connection is closed.
            Err(_) => drop(clean),
        }
    }
}

/// A connection with an open transaction.
pub struct OpenConnection(Lent);

impl OpenConnection {
    pub(crate) fn new(lent: Lent) -> Self {
        Self(lent)
    }
}

impl Open for OpenConnection {
    async fn fetch<T: Row>(&mut self, sql: &str, values: Values, wanted: Wanted) -> Result<Vec<T>> {
        self.0.fetch(sql, &values, wanted).await
    }

    async fn execute(&mut self, sql: &str, values: Values) -> Result<u64> {
        self.0.execute(sql, &[values]).await
    }

    async fn execute_many(&mut self, sql: &str, rows: Vec<Values>) -> Result<u64> {
        self.0.execute(sql, &rows).await
    }

    async fn control(&mut self, sql: String) -> Result<()> {
        self.0.control(&sql).await
    }

    async fn commit(mut self) -> Result<()> {
        self.0.commit().await
    }

    async fn rollback(mut self) -> Result<()> {
        self.0.rollback().await
    }
}

impl fmt::Debug for OpenConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenConnection").finish_non_exhaustive()
    }
}
