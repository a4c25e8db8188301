//! One connection for one purpose: made when it is needed, made anew when it broke, its statements prepared once.
//!
//! In: statements with their values. Out: their rows, all of one call in one transaction and in one way to the server.

use std::collections::HashMap;
use std::fmt;
use std::time::Duration;

use futures_util::future::{BoxFuture, join_all};
use futures_util::{FutureExt as _, TryFutureExt as _};
use microcore_runtime::error::Unavailable;
use tokio::sync::Mutex;
use tokio::time::timeout;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Config, Row, Statement};

use crate::postgres::{Pooler, Tls};

/// How long the server may take to answer.
const ANSWER: Duration = Duration::from_secs(10);
/// Each statement sees what was committed before it, whatever the database is set to.
const BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED";

/// A statement with the types of its values, so that it need not be prepared first.
pub(super) struct Sql {
    pub(super) text: &'static str,
    pub(super) types: &'static [Type],
}

/// A statement and its values.
pub(super) struct Call<'v> {
    sql: &'static Sql,
    values: Vec<&'v (dyn ToSql + Sync)>,
}

impl<'v> Call<'v> {
    pub(super) fn new(sql: &'static Sql, values: Vec<&'v (dyn ToSql + Sync)>) -> Self {
        Self { sql, values }
    }
}

/// Why there are no rows.
#[derive(Debug)]
pub(super) struct Failure {
    /// The server has refused a statement, and nothing was done; else the outcome is unknown.
    pub(super) refused: bool,
    why: String,
    code: Option<String>,
}

impl Failure {
    /// A statement that asks whether something is as it should be says so in this way.
    pub(super) fn is_division_by_zero(&self) -> bool {
        self.code.as_deref() == Some("22012")
    }

    fn unanswered() -> Self {
        Self { refused: false, why: "it did not answer in time".to_owned(), code: None }
    }

    /// What should be there is not.
    pub(super) fn nothing(what: &str) -> Self {
        Self { refused: true, why: format!("{what} is missing"), code: None }
    }

    pub(super) fn of(error: &tokio_postgres::Error) -> Self {
        match error.as_db_error() {
            Some(report) => {
                // A server that stops, or has no room, is away; the rest is about the statement.
                let away = ["57", "53", "08", "58", "40"].contains(&&report.code().code()[..2]);
                let code = report.code().code().to_owned();
                Self { refused: !away, why: format!("{} ({code})", report.message()), code: Some(code) }
            }
            None => {
                let source = std::error::Error::source(error).map(|source| format!(": {source}"));
                Self { refused: false, why: format!("{error}{}", source.unwrap_or_default()), code: None }
            }
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.why)
    }
}

impl From<Failure> for Unavailable {
    fn from(failure: Failure) -> Self {
        Self::because(format!("the store of events in PostgreSQL: {}", failure.why))
    }
}

/// Where connections go to.
#[derive(Debug, Clone)]
pub(super) struct Server {
    pub(super) config: Config,
    pub(super) tls: Tls,
    pub(super) pooler: Pooler,
    /// What is run on a connection before it is used.
    pub(super) session: Option<String>,
}

impl Server {
    pub(super) async fn connect(&self) -> Result<Client, Failure> {
        let connected = timeout(ANSWER, self.config.connect(self.tls.connector())).await;
        let connected = connected.map_err(|_| Failure::unanswered())?;
        let (client, connection) = connected.map_err(|error| Failure::of(&error))?;
        tokio::spawn(connection.map(|ended| {
            if let Err(error) = ended {
                tracing::debug!(%error, "a connection to the store of events was lost");
            }
        }));
        if let Some(session) = &self.session {
            client.batch_execute(session).await.map_err(|error| Failure::of(&error))?;
        }
        Ok(client)
    }
}

/// One connection.
pub(super) struct Session {
    server: Server,
    open: Mutex<Option<Open>>,
}

struct Open {
    client: Client,
    prepared: HashMap<&'static str, Statement>,
}

impl Session {
    pub(super) fn to(server: Server) -> Self {
        Self { server, open: Mutex::new(None) }
    }

    /// Runs all of them in one transaction, and gives their rows.
    pub(super) async fn run(&self, calls: &[Call<'_>]) -> Result<Vec<Vec<Row>>, Failure> {
        let mut place = self.open.lock().await;
        // Taken out: a call that is given up halfway leaves no connection behind that is in the middle of something.
        let mut open = match place.take().filter(|open| !open.client.is_closed()) {
            Some(open) => open,
            None => Open { client: self.server.connect().await?, prepared: HashMap::new() },
        };
        let ran = timeout(ANSWER, open.run(calls, self.server.pooler == Pooler::Transaction)).await;
        let ran = ran.map_err(|_| Failure::unanswered())?;
        if ran.is_ok() || ran.as_ref().is_err_and(|failure| failure.refused) {
            *place = Some(open);
        }
        ran
    }

    /// Runs one.
    pub(super) async fn one(&self, sql: &'static Sql, values: Vec<&(dyn ToSql + Sync)>) -> Result<Vec<Row>, Failure> {
        Ok(self.run(&[Call::new(sql, values)]).await?.pop().unwrap_or_default())
    }

    /// Closes it.
    pub(super) async fn close(&self) {
        self.open.lock().await.take();
    }
}

impl Open {
    async fn run(&mut self, calls: &[Call<'_>], is_lent: bool) -> Result<Vec<Vec<Row>>, Failure> {
        if !is_lent {
            for call in calls {
                if !self.prepared.contains_key(call.sql.text) {
                    let prepared = self.client.prepare_typed(call.sql.text, call.sql.types).await;
                    self.prepared.insert(call.sql.text, prepared.map_err(|error| Failure::of(&error))?);
                }
            }
        }
        // One way to the server for all: the driver sends them in the order in which they are polled first.
        let client = &self.client;
        let mut all: Vec<BoxFuture<'_, Result<Vec<Row>, tokio_postgres::Error>>> = Vec::with_capacity(calls.len() + 2);
        all.push(client.batch_execute(BEGIN).map_ok(|()| Vec::new()).boxed());
        for Call { sql, values } in calls {
            all.push(match self.prepared.get(sql.text) {
                Some(prepared) => client.query(prepared, values).boxed(),
                // Behind a pooler of transactions nothing that is prepared is there the next time.
                None => {
                    let typed: Vec<_> = values.iter().copied().zip(sql.types.iter().cloned()).collect();
                    async move { client.query_typed(sql.text, &typed).await }.boxed()
                }
            });
        }
        // After an error, this rolls back.
        all.push(client.batch_execute("COMMIT").map_ok(|()| Vec::new()).boxed());
        let mut rows = Vec::with_capacity(calls.len());
        for answer in join_all(all).await {
            rows.push(answer.map_err(|error| Failure::of(&error))?);
        }
        rows.pop();
        rows.remove(0);
        Ok(rows)
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").finish_non_exhaustive()
    }
}
