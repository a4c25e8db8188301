//! The one writer: a thread that owns the connection, and the queue in front of it.
//!
//! In: calls and transactions, in the order of their arrival. Out: calls in groups, see `group`; a transaction has the
//! connection for itself until it ends, see `lease`. The queue is bounded: past it, a call waits to be let in.

use std::pin::pin;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot};

use crate::db::DbError;
use crate::db::backend::Result;
use crate::db::patience::patiently;
use crate::db::sqlite::call::{Call, Claim, call, closed, too_late};
use crate::db::sqlite::checkpoint::Checkpoints;
use crate::db::sqlite::connection::{self, Held, Role};
use crate::db::sqlite::group::{self, control};
use crate::db::sqlite::lease::{self, OpenConnection};
use crate::db::sqlite::place::Place;
use crate::db::sqlite::settings::SqliteSettings;

/// What waits in the queue.
enum Job {
    /// May share a transaction.
    Grouped(Box<dyn Call>),
    /// Runs alone and outside of a transaction: VACUUM and some PRAGMAs can't run in one.
    Bare(Box<dyn Call>),
    /// Wants the connection for a transaction of several calls.
    Lease(Claim, oneshot::Sender<Result<OpenConnection>>),
    /// Ends the thread.
    Close(oneshot::Sender<Result<()>>),
}

/// Whether a call may share its transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Company {
    /// With others, and it is one statement.
    Single,
    /// With others.
    Grouped,
    Bare,
}

/// The caller's side: the way into the queue.
#[derive(Debug)]
pub(crate) struct Writer {
    // Fields are dropped in order: without a queue the thread ends.
    queue: mpsc::Sender<Job>,
    /// How long a call waits for its turn.
    patience: Duration,
    _thread: Ending,
}

impl Writer {
    /// Opens the connection, so that a wrong path is known at boot, and starts the thread. Blocking.
    pub(crate) fn open(settings: SqliteSettings, place: Place) -> Result<Self> {
        let (queue, jobs) = mpsc::channel(settings.queue);
        let patience = settings.wait;
        let checkpoints = Checkpoints::new(settings.clone(), place.clone());
        let mut owner = Owner { settings, place, checkpoints, held: None };
        owner.connection()?;
        let thread = thread::Builder::new()
            .name("microcore-db".to_owned())
            .spawn(move || owner.work(jobs))
            .map_err(|error| DbError::unavailable("the writer's thread can't be started", error))?;
        Ok(Self { queue, patience, _thread: Ending(Some(thread)) })
    }

    /// Runs `work` as a transaction of its own and gives its result once that is durable.
    pub(crate) async fn run<T, W>(&self, company: Company, work: W) -> Result<T>
    where
        T: Send + 'static,
        W: FnMut(&Held) -> Result<T> + Send + 'static,
    {
        let (call, waiting) = call(work, company == Company::Single);
        self.enqueue(match company {
            Company::Single | Company::Grouped => Job::Grouped(call),
            Company::Bare => Job::Bare(call),
        })
        .await?;
        waiting.answer(self.patience).await
    }

    /// Waits for the connection and begins a transaction.
    pub(crate) async fn begin(&self) -> Result<OpenConnection> {
        let claim = Claim::default();
        let (reply, mut answer) = oneshot::channel();
        self.enqueue(Job::Lease(claim.clone(), reply)).await?;
        match patiently(self.patience, &mut answer).await {
            Some(answer) => answer.map_err(|_| closed())?,
            None if claim.take() => Err(too_late()),
            None => answer.await.map_err(|_| closed())?,
        }
    }

    /// Waits for whoever is writing and whoever waits, then closes the connection.
    pub(crate) async fn close(&self) -> Result<()> {
        let (reply, answer) = oneshot::channel();
        self.enqueue(Job::Close(reply)).await?;
        match patiently(self.patience, answer).await {
            Some(answer) => answer.map_err(|_| closed())?,
            None => Err(too_late()),
        }
    }

    async fn enqueue(&self, job: Job) -> Result<()> {
        match self.queue.try_send(job) {
            Ok(()) => Ok(()),
            Err(TrySendError::Full(job)) => match patiently(self.patience, pin!(self.queue.send(job))).await {
                Some(Ok(())) => Ok(()),
                Some(Err(_)) => Err(closed()),
                None => Err(DbError::unavailable("the writer's queue was full for too long", "too many writes")),
            },
            Err(TrySendError::Closed(_)) => Err(closed()),
        }
    }
}

/// Dropped, it waits for the thread, so that nothing of a database is left when its last handle is gone.
#[derive(Debug)]
struct Ending(Option<JoinHandle<()>>);

impl Drop for Ending {
    fn drop(&mut self) {
        // An error is a panic of the thread, which was printed where it happened.
        let _ = self.0.take().map(JoinHandle::join);
    }
}

/// The thread's side.
struct Owner {
    settings: SqliteSettings,
    place: Place,
    checkpoints: Checkpoints,
    /// `None` after a transaction that could neither be committed nor rolled back.
    held: Option<Held>,
}

impl Owner {
    fn work(mut self, mut jobs: mpsc::Receiver<Job>) {
        let mut waiting = None;
        while let Some(job) = waiting.take().or_else(|| jobs.blocking_recv()) {
            match job {
                Job::Close(reply) => {
                    let _ = reply.send(self.close());
                    return;
                }
                job => waiting = self.serve(job, &mut jobs),
            }
            self.heal();
            if let Some(held) = &self.held {
                self.checkpoints.finish(&held.sqlite);
            }
        }
    }

    /// Serves one job and whatever may join it; what may not join is given back.
    fn serve(&mut self, job: Job, jobs: &mut mpsc::Receiver<Job>) -> Option<Job> {
        let held = match self.connection() {
            Ok(held) => held,
            Err(error) => {
                refuse(job, error);
                return None;
            }
        };
        let mut waiting = None;
        match job {
            Job::Grouped(call) => {
                let next = || loop {
                    match jobs.try_recv() {
                        Ok(Job::Grouped(call)) if call.take() => return Some(call),
                        // Its caller gave up.
                        Ok(Job::Grouped(_)) => {}
                        Ok(other) => {
                            waiting = Some(other);
                            return None;
                        }
                        Err(_) => return None,
                    }
                };
                if call.take() {
                    group::run(held, call, next);
                }
            }
            Job::Bare(mut call) => {
                if call.take() {
                    call.run(held);
                    call.answer(None);
                }
            }
            Job::Lease(claim, reply) => {
                if !reply.is_closed() && claim.take() {
                    lend(held, reply);
                }
            }
            Job::Close(_) => {}
        }
        waiting
    }

    /// The connection, opened anew where the last one was given up.
    fn connection(&mut self) -> Result<&Held> {
        match self.held.take() {
            Some(held) => Ok(self.held.insert(held)),
            None => {
                let mut sqlite =
                    connection::open(Role::Writer, &self.settings, &self.place, self.settings.busy_timeout)?;
                self.checkpoints.watch(&mut sqlite).map_err(DbError::of_sqlite)?;
                Ok(self.held.insert(Held::new(sqlite, self.place.clone())))
            }
        }
    }

    /// A connection whose transaction can't be ended is closed, which rolls back as well.
    fn heal(&mut self) {
        if self.held.as_ref().is_some_and(|held| !held.sqlite.is_autocommit()) {
            tracing::warn!("a transaction could not be rolled back; its connection is closed");
            self.held = None;
        }
    }

    /// Everything into the database file, so that no other file is left behind.
    fn close(&mut self) -> Result<()> {
        self.checkpoints.wait();
        let held = self.connection()?;
        held.sqlite.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).map_err(DbError::of_sqlite)
    }
}

/// IMMEDIATE: a transaction that reads first and writes later must not find that somebody else wrote between.
fn lend(held: &Held, reply: oneshot::Sender<Result<OpenConnection>>) {
    if let Err(error) = control(&held.sqlite, "BEGIN IMMEDIATE") {
        let _ = reply.send(Err(error));
        return;
    }
    let (open, calls) = lease::lease();
    // Where the caller went away, this ends at once: nobody is left to call.
    let _ = reply.send(Ok(open));
    calls.serve(held);
}

fn refuse(job: Job, error: DbError) {
    match job {
        Job::Grouped(call) | Job::Bare(call) => call.answer(Some(error)),
        Job::Lease(_, reply) => drop(reply.send(Err(error))),
        Job::Close(reply) => drop(reply.send(Err(error))),
    }
}
