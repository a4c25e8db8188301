//! What a job can ask while it runs, and where its steps are kept.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use serde::Serialize;

use crate::error::{Error, Result};

/// The run of a job, as its handler sees it.
pub trait Desk: Send + Sync {
    /// The time of whoever runs it.
    fn now(&self) -> i64;

    /// Whether somebody wants it dropped.
    fn is_cancelled(&self) -> bool;

    /// So much is done, of so much.
    fn progress(&self, done: i64, total: i64) -> BoxFuture<'_, Result<()>>;

    /// The result of a step that is done, as JSON.
    fn recall<'d>(&'d self, step: &'d str) -> BoxFuture<'d, Result<Option<String>>>;

    /// A step is done.
    fn record<'d>(&'d self, step: &'d str, result: String) -> BoxFuture<'d, Result<()>>;

    /// A step is done, and its transaction has recorded it.
    fn recorded(&self, step: &str, result: String);

    /// Gives the run up until this time: the handler is dropped, so this never returns.
    fn sleep_until(&self, time: i64) -> BoxFuture<'_, Result<()>>;

    /// What a step's transaction must find; `None` where the job is kept in memory.
    fn claim(&self) -> Option<StepClaim>;
}

/// The right to end a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StepClaim {
    /// The job.
    pub id: i64,
    /// The claim.
    pub token: i64,
}

/// A database whose transactions can be steps.
#[expect(async_fn_in_trait, reason = "whether the future is `Send` hangs on `work`, which no bound can say")]
pub trait StepTransactions {
    /// What `work` gets.
    type Transaction;

    /// Does `work` and records its result, in one transaction. Fails, and writes nothing, where the claim is lost.
    async fn in_step<T, F>(&self, claim: Option<StepClaim>, step: &str, work: F) -> Result<(T, String)>
    where
        T: Serialize,
        F: AsyncFnOnce(&mut Self::Transaction) -> Result<T>;
}

/// The desk of a job in a unit test: nothing is stored.
#[derive(Debug, Default)]
pub(super) struct TestDesk {
    steps: Mutex<HashMap<String, String>>,
}

impl TestDesk {
    fn steps(&self) -> std::sync::MutexGuard<'_, HashMap<String, String>> {
        self.steps.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Desk for TestDesk {
    fn now(&self) -> i64 {
        i64::try_from(crate::event::wall_clock()).unwrap_or(i64::MAX)
    }

    fn is_cancelled(&self) -> bool {
        false
    }

    fn progress(&self, _: i64, _: i64) -> BoxFuture<'_, Result<()>> {
        async { Ok(()) }.boxed()
    }

    fn recall<'d>(&'d self, step: &'d str) -> BoxFuture<'d, Result<Option<String>>> {
        async move { Ok(self.steps().get(step).cloned()) }.boxed()
    }

    fn record<'d>(&'d self, step: &'d str, result: String) -> BoxFuture<'d, Result<()>> {
        async move {
            self.recorded(step, result);
            Ok(())
        }
        .boxed()
    }

    fn recorded(&self, step: &str, result: String) {
        self.steps().insert(step.to_owned(), result);
    }

    /// In a unit test there is nobody who would wake it: it goes on where the handler is called again.
    fn sleep_until(&self, _: i64) -> BoxFuture<'_, Result<()>> {
        async { Err(Error::internal("it sleeps: call the handler again, and it goes on behind the sleep")) }.boxed()
    }

    fn claim(&self) -> Option<StepClaim> {
        None
    }
}
