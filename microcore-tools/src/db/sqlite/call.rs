//! One call on its way through the writer's queue, and its answer on the way back.
//!
//! In: what is to be done on the writer's connection. Out: its result, once it is durable. Whoever comes first, the
//! writer with taking the call or the caller with giving up, decides what becomes of it.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use tokio::sync::oneshot;

use crate::db::DbError;
use crate::db::backend::Result;
use crate::db::patience::patiently;
use crate::db::sqlite::connection::Held;
use crate::db::sqlite::stop::{self, Interest, Lost};

/// What the writer sees of a call.
pub(crate) trait Call: Send {
    /// Whether the caller still wants it; from then on it can't give up.
    fn take(&self) -> bool;

    /// Runs it; whether it succeeded. Run again after a rollback, it forgets what it did before.
    fn run(&mut self, held: &Held) -> bool;

    /// Whether it is one statement only, see [`single`](crate::db::sqlite::statement::single).
    fn is_single(&self) -> bool;

    /// Why it failed, where it did.
    fn failure(&self) -> Option<&DbError>;

    /// Answers with its own result, or with what befell the transaction that it was in.
    fn answer(self: Box<Self>, failure: Option<DbError>);
}

/// A panic of the call's own code travels to the caller.
type Outcome<T> = thread::Result<Result<T>>;

/// Set by whoever decides first: the writer takes it, or the caller gives up.
#[derive(Debug, Clone, Default)]
pub(crate) struct Claim(Arc<AtomicBool>);

impl Claim {
    /// Whether nobody was faster.
    pub(crate) fn take(&self) -> bool {
        !self.0.swap(true, Ordering::AcqRel)
    }
}

struct Pending<T, W> {
    work: W,
    single: bool,
    /// Whether the caller went away, which stops what runs.
    lost: Lost,
    outcome: Option<Outcome<T>>,
    claim: Claim,
    reply: oneshot::Sender<Outcome<T>>,
}

/// The caller's end.
pub(crate) struct Waiting<T> {
    claim: Claim,
    /// Dropped with the caller.
    _interest: Interest,
    answer: oneshot::Receiver<Outcome<T>>,
}

/// The two ends of a call.
pub(crate) fn call<T, W>(work: W, single: bool) -> (Box<dyn Call>, Waiting<T>)
where
    T: Send + 'static,
    W: FnMut(&Held) -> Result<T> + Send + 'static,
{
    let claim = Claim::default();
    let (reply, answer) = oneshot::channel();
    let interest = Interest::default();
    let pending = Pending { work, single, lost: interest.lost(), outcome: None, claim: claim.clone(), reply };
    (Box::new(pending), Waiting { claim, _interest: interest, answer })
}

impl<T, W> Call for Pending<T, W>
where
    T: Send + 'static,
    W: FnMut(&Held) -> Result<T> + Send + 'static,
{
    fn take(&self) -> bool {
        !self.reply.is_closed() && self.claim.take()
    }

    fn run(&mut self, held: &Held) -> bool {
        // What the work shares with others is the connection, and whatever the panic left there is rolled back.
        let outcome = catch_unwind(AssertUnwindSafe(|| stop::during(&self.lost, || (self.work)(held))));
        let succeeded = matches!(outcome, Ok(Ok(_)));
        self.outcome = Some(outcome);
        succeeded
    }

    fn is_single(&self) -> bool {
        self.single
    }

    fn failure(&self) -> Option<&DbError> {
        match &self.outcome {
            Some(Ok(Err(error))) => Some(error),
            _ => None,
        }
    }

    fn answer(self: Box<Self>, failure: Option<DbError>) {
        let outcome = match (self.outcome, failure) {
            // A panic is the caller's own and says more.
            (Some(Err(panic)), _) => Err(panic),
            (_, Some(failure)) => Ok(Err(failure)),
            (Some(outcome), None) => outcome,
            (None, None) => Ok(Err(DbError::usage("the call was answered before it ran"))),
        };
        // Nobody listens where the caller was cancelled in the meantime.
        let _ = self.reply.send(outcome);
    }
}

impl<T> Waiting<T> {
    /// Waits at most `patience` for the writer to take the call, and then for its answer.
    pub(crate) async fn answer(mut self, patience: Duration) -> Result<T> {
        let outcome = match patiently(patience, &mut self.answer).await {
            Some(outcome) => outcome,
            None if self.claim.take() => return Err(too_late()),
            None => self.answer.await,
        };
        match outcome {
            Ok(Ok(result)) => result,
            Ok(Err(panic)) => resume_unwind(panic),
            Err(_) => Err(closed()),
        }
    }
}

/// The call waited in vain.
pub(crate) fn too_late() -> DbError {
    DbError::unavailable("no writer connection was free in time", "another transaction holds it")
}

/// There is no writer any more.
pub(crate) fn closed() -> DbError {
    DbError::unavailable("no writer connection can be had", "the database is closed")
}
