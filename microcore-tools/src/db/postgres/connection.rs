//! Connections: how they are made, lent, and cleaned when they come back.

use std::sync::Arc;
use std::time::Duration;

use deadpool::managed::{Manager, Metrics, Object, RecycleError, RecycleResult};
use tokio_postgres::{Client, Config};
use tokio_util::task::task_tracker::TaskTrackerToken;

use crate::db::backend::{Result, Values, Wanted};
use crate::db::postgres::held::{self, Held};
use crate::db::postgres::prepared::{Prepared, Statements};
use crate::db::postgres::{session, stale, statement};
use crate::db::{DbError, Row, lexer};
use crate::postgres::Tls;

/// How long a connection may take to be clean again.
const CLEANING: Duration = Duration::from_secs(5);

/// Where connections are made to, and how.
#[derive(Debug, Clone)]
pub(crate) struct Server {
    pub(crate) config: Config,
    pub(crate) tls: Tls,
    /// What is run on a connection before it is used.
    pub(crate) session: Option<Arc<str>>,
}

impl Manager for Server {
    // In a box, because on its way to a call and back it is moved more than ten times.
    type Type = Box<Held>;
    type Error = DbError;

    async fn create(&self) -> Result<Box<Held>> {
        let (client, tls) = (self.connect().await?, self.tls.clone());
        Ok(Box::new(Held { client, tls, statements: Statements::default(), stained: false, open: false }))
    }

    async fn recycle(&self, held: &mut Box<Held>, _: &Metrics) -> RecycleResult<DbError> {
        // After a restart of the server every idle connection is found closed here, and a new one is made.
        if held.client.is_closed() || held.open {
            return Err(RecycleError::message("the connection is closed, or a transaction is still open"));
        }
        if held.stained {
            self.clean(held).await.map_err(RecycleError::Backend)?;
        }
        Ok(())
    }
}

impl Server {
    /// Undoes what statements left on a connection. A failure closes it, which does the same.
    async fn clean(&self, held: &mut Held) -> Result<()> {
        let cleaned = async {
            held.client.batch_execute(session::CLEAN).await?;
            match &self.session {
                Some(session) => held.client.batch_execute(session).await,
                None => Ok(()),
            }
        };
        let cleaned = tokio::time::timeout(CLEANING, cleaned).await;
        let late = |error| DbError::unavailable("a connection could not be cleaned in time", error);
        cleaned.map_err(late)?.map_err(DbError::of_postgres)?;
        held.stained = false;
        Ok(())
    }

    /// Makes one connection. The task that reads from the socket ends with the client.
    pub(crate) async fn connect(&self) -> Result<Client> {
        let (client, connection) = self.config.connect(self.tls.connector()).await.map_err(|error| {
            DbError::unavailable(format!("the database server at {} can't be used", place(&self.config)), error)
        })?;
        tokio::spawn(async move {
            // Whoever waits for an answer is told; an idle connection that goes is nobody's failure.
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection to the database server was lost");
            }
        });
        if let Some(session) = &self.session {
            client.batch_execute(session).await.map_err(DbError::of_postgres)?;
        }
        Ok(client)
    }
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
    object: Option<Object<Server>>,
    /// What begins the transaction, until its first statement takes it along.
    begin: Option<Arc<str>>,
    /// A call has begun and not ended.
    calling: bool,
    /// Whether its statements go with its transaction.
    forgets: bool,
    /// The pool closes when every token is gone.
    token: TaskTrackerToken,
}

impl Lent {
    pub(crate) fn new(object: Object<Server>, forgets: bool, token: TaskTrackerToken) -> Self {
        Self { object: Some(object), begin: None, calling: false, forgets, token }
    }

    fn held(&mut self) -> &mut Held {
        self.object.as_mut().expect("a lent connection is taken in `drop` only")
    }

    /// Runs one call. Where it is cancelled, the connection is not used again.
    async fn call<T>(&mut self, work: impl AsyncFnOnce(&mut Held) -> Result<T>) -> Result<T> {
        self.calling = true;
        let result = work(self.held()).await;
        self.calling = false;
        result
    }

    /// Runs statements of the contract's own.
    pub(crate) async fn control(&mut self, sql: &str) -> Result<()> {
        let begin = self.beginning();
        self.call(async |held| {
            let ran = async { held.client.batch_execute(sql).await.map_err(DbError::of_postgres) };
            held::behind(&held.client, begin.as_deref(), ran).await
        })
        .await
    }

    /// From now on everything is part of a transaction. What begins it is sent with its first statement: the server need
    /// not be asked before there is something to do.
    pub(crate) fn begin(&mut self, sql: &Arc<str>) {
        self.begin = Some(Arc::clone(sql));
    }

    /// What begins the transaction, to be sent now. A drop from now on ends it.
    fn beginning(&mut self) -> Option<Arc<str>> {
        let begin = self.begin.take();
        self.held().open |= begin.is_some();
        begin
    }

    /// Ends the transaction.
    pub(crate) async fn commit(&mut self) -> Result<()> {
        self.end("COMMIT").await
    }

    /// Undoes the transaction.
    pub(crate) async fn rollback(&mut self) -> Result<()> {
        self.end("ROLLBACK").await
    }

    async fn end(&mut self, sql: &str) -> Result<()> {
        if self.begin.take().is_some() {
            // Nothing was sent.
            return Ok(());
        }
        self.settle();
        self.control(sql).await?;
        self.held().open = false;
        Ok(())
    }

    /// One statement.
    pub(crate) async fn fetch<T: Row>(&mut self, sql: &str, values: &Values, wanted: Wanted) -> Result<Vec<T>> {
        let begin = self.beginning();
        self.call(async |held| held.fetch(begin.as_deref(), sql, values, wanted).await).await
    }

    /// One statement as a transaction of its own, which ends only when its rows are read.
    pub(crate) async fn fetch_alone<T: Row>(&mut self, sql: &str, values: &Values, wanted: Wanted) -> Result<Vec<T>> {
        let asked = self.call(async |held| {
            let found = held.find(sql, values).await?;
            let surely_read = T::reads_all(found.prepared.returned(&held.client, sql).await?)
                && (wanted != Wanted::One || lexer::inserts_one(sql));
            Ok((found, surely_read))
        });
        let (found, surely_read) = asked.await?;
        if surely_read {
            // To the server, one statement is a transaction by itself.
            return self.fetch(sql, values, wanted).await;
        }
        let statement = &found.prepared.statement;
        match self.fetch_between(&found.prepared, sql, values, wanted).await {
            Err(error) if found.before && (stale::is(&error) || statement::misses::<T>(statement, &error)) => {
                self.rollback().await?;
                let missed = !stale::is(&error);
                let found = self
                    .call(async |held| {
                        if missed {
                            held.statements.forget_text(sql);
                        } else {
                            held.statements.forget();
                        }
                        held.find(sql, values).await
                    })
                    .await?;
                self.fetch_between(&found.prepared, sql, values, wanted).await
            }
            fetched => fetched,
        }
    }

    async fn fetch_between<T: Row>(
        &mut self,
        prepared: &Prepared,
        sql: &str,
        values: &Values,
        wanted: Wanted,
    ) -> Result<Vec<T>> {
        self.held().open = true;
        let rows = self.call(async |held| {
            let fetched = statement::fetch(&held.client, &prepared.statement, sql, values, wanted);
            held::behind(&held.client, Some("BEGIN"), fetched).await
        });
        let rows = rows.await?;
        self.commit().await?;
        Ok(rows)
    }

    /// One statement; the number of rows that it changed.
    pub(crate) async fn execute(&mut self, sql: &str, values: &Values) -> Result<u64> {
        let begin = self.beginning();
        self.call(async |held| held.execute(begin.as_deref(), sql, values).await).await
    }

    /// One statement per list of values, inside a transaction; the number of rows that they changed.
    pub(crate) async fn execute_all(&mut self, sql: &str, rows: &[Values]) -> Result<u64> {
        let begin = self.beginning();
        self.call(async |held| held.execute_all(begin.as_deref(), sql, rows).await).await
    }

    /// What a transaction prepared goes with it, where a pooler lends connections for one transaction. To be called before
    /// its last statement: the server hears of it while the connection is still ours.
    fn settle(&mut self) {
        if self.forgets {
            self.held().statements.forget();
        }
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let forgets = self.forgets;
        let Some(mut object) = self.object.take() else { return };
        if !object.open && !self.calling {
            return;
        }
        let token = self.token.clone();
        // Nothing can be sent any more outside a runtime; then the pool closes the connection, and the server rolls back.
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        if self.calling {
            // What still runs is stopped, and the connection closed with it: a late cancellation must not hit whoever
            // would be next. The server rolls back.
            let held = Object::take(object);
            runtime.spawn(async move {
                let _token = token;
                let cancel = held.client.cancel_token();
                let stopped = tokio::time::timeout(CLEANING, cancel.cancel_query(held.tls.connector())).await;
                if !matches!(stopped, Ok(Ok(()))) {
                    tracing::debug!("a cancelled statement could not be stopped");
                }
            });
            return;
        }
        runtime.spawn(async move {
            let _token = token;
            if forgets {
                object.statements.forget();
            }
            let rolled_back = tokio::time::timeout(CLEANING, object.client.batch_execute("ROLLBACK")).await;
            // Else the pool closes the connection, and the server rolls back.
            object.open = !matches!(rolled_back, Ok(Ok(())));
        });
    }
}
