//! A transaction of several calls: it has the writer's connection for itself until it ends.
//!
//! In: calls, each run on the writer's thread. Out: their results. The writer is free again when the other end is gone,
//! whichever way: committed, rolled back, cancelled.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc;

use tokio::sync::oneshot;

use crate::db::backend::{Open, Result, Values, Wanted};
use crate::db::sqlite::call::closed;
use crate::db::sqlite::connection::Held;
use crate::db::sqlite::group::control;
use crate::db::sqlite::inserted;
use crate::db::sqlite::statement;
use crate::db::sqlite::stop::{self, Interest};
use crate::db::{DbError, Row};

type LeasedCall = Box<dyn FnOnce(&Held) + Send>;

/// The writer's end.
pub(crate) struct Leased(mpsc::Receiver<LeasedCall>);

/// A connection with an open transaction.
pub struct OpenConnection(Option<mpsc::Sender<LeasedCall>>);

/// Both ends.
pub(crate) fn lease() -> (OpenConnection, Leased) {
    let (calls, received) = mpsc::channel();
    (OpenConnection(Some(calls)), Leased(received))
}

impl Leased {
    /// Runs what comes until the other end is gone; what is open then is rolled back.
    pub(crate) fn serve(self, held: &Held) {
        for call in self.0 {
            call(held);
        }
        if !held.sqlite.is_autocommit() {
            // Where this fails, the writer sees that the transaction is still open and closes the connection.
            let _ = control(&held.sqlite, "ROLLBACK");
        }
    }
}

impl OpenConnection {
    /// Runs `work` on the writer's thread. Where this is cancelled, the way there does not come back here: the
    /// transaction is rolled back where the work ends.
    async fn lend<T: Send + 'static>(&mut self, work: impl FnOnce(&Held) -> Result<T> + Send + 'static) -> Result<T> {
        let calls = self.0.take().ok_or_else(cancelled)?;
        let result = run(&calls, move |held| {
            let result = work(held);
            // COMMIT as a statement, or an error after which SQLite rolls back by itself.
            if held.sqlite.is_autocommit() { result.and_then(|_| Err(over())) } else { result }
        })
        .await;
        self.0 = Some(calls);
        result
    }

    /// Runs the last call; the writer is free when it has ended.
    async fn end(mut self, work: impl FnOnce(&Held) -> Result<()> + Send + 'static) -> Result<()> {
        let calls = self.0.take().ok_or_else(cancelled)?;
        run(&calls, work).await
    }
}

async fn run<T: Send + 'static>(
    calls: &mpsc::Sender<LeasedCall>,
    work: impl FnOnce(&Held) -> Result<T> + Send + 'static,
) -> Result<T> {
    let (reply, answer) = oneshot::channel();
    // Lives until the call has its answer, or is cancelled.
    let interest = Interest::default();
    let lost = interest.lost();
    let call = move |held: &Held| {
        // What a panic leaves behind is rolled back with the transaction.
        let _ = reply.send(catch_unwind(AssertUnwindSafe(|| stop::during(&lost, || work(held)))));
    };
    calls.send(Box::new(call)).map_err(|_| closed())?;
    match answer.await.map_err(|_| closed())? {
        Ok(result) => result,
        Err(panic) => resume_unwind(panic),
    }
}

fn cancelled() -> DbError {
    DbError::usage("the transaction was cancelled")
}

fn over() -> DbError {
    DbError::usage("the transaction is over: a statement in it ended it")
}

impl Open for OpenConnection {
    async fn fetch<T: Row>(&mut self, sql: &str, values: Values, wanted: Wanted) -> Result<Vec<T>> {
        let sql = sql.to_owned();
        self.lend(move |held| {
            if let Some(inserted) = inserted::fetch(held, &sql, &values, wanted) {
                return inserted;
            }
            let mut statement = statement::prepare(&held.sqlite, &sql)?;
            statement::fetch(held, &mut statement, &sql, &values, wanted)
        })
        .await
    }

    async fn execute(&mut self, sql: &str, values: Values) -> Result<u64> {
        let sql = sql.to_owned();
        self.lend(move |held| statement::execute(held, &sql, &values)).await
    }

    async fn execute_many(&mut self, sql: &str, rows: Vec<Values>) -> Result<u64> {
        let sql = sql.to_owned();
        self.lend(move |held| statement::execute_many(held, &sql, &rows)).await
    }

    async fn control(&mut self, sql: String) -> Result<()> {
        self.lend(move |held| control(&held.sqlite, &sql)).await
    }

    async fn commit(self) -> Result<()> {
        self.end(|held| if held.sqlite.is_autocommit() { Err(over()) } else { control(&held.sqlite, "COMMIT") }).await
    }

    async fn rollback(self) -> Result<()> {
        // Nothing to undo where SQLite did it by itself.
        self.end(|held| if held.sqlite.is_autocommit() { Ok(()) } else { control(&held.sqlite, "ROLLBACK") }).await
    }
}

impl fmt::Debug for OpenConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenConnection").finish_non_exhaustive()
    }
}
