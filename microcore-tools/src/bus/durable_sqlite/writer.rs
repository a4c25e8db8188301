//! The one connection that writes, on a thread of its own. What waits when it looks is written in one transaction, with
//! a savepoint each, and answered after the commit: many publishers share one sync of the disk.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use microcore_runtime::error::Unavailable;
use rusqlite::Connection;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

/// The most that one transaction takes along.
const MOST: usize = 1024;
/// The most that wait for the thread; past that, whoever asks waits for room.
const WAITING: usize = 8 * MOST;
/// How long something waits to be begun.
const PATIENCE: Duration = Duration::from_secs(10);

/// Why something was not written.
type Cause = String;

/// One piece of work, from the call that waits for it to its answer.
trait Job: Send {
    /// Runs in a savepoint of its own, and keeps what came out. `Err` where the transaction went with it.
    fn run(&mut self, connection: &Connection) -> Result<(), Cause>;
    /// Answers whoever waits: what came out, or why nothing of the transaction was written.
    fn answer(self: Box<Self>, committed: Result<(), &Cause>);
    /// Whether nobody waits for it any more. What was not begun by then is not done.
    fn is_abandoned(&self) -> bool;
}

struct Asked<T, W> {
    work: Option<W>,
    result: Result<T, Cause>,
    waits: oneshot::Sender<Result<T, Unavailable>>,
}

impl<T: Send, W: FnOnce(&Connection) -> rusqlite::Result<T> + Send> Job for Asked<T, W> {
    fn run(&mut self, connection: &Connection) -> Result<(), Cause> {
        connection.execute_batch("SAVEPOINT one").map_err(|error| error.to_string())?;
        let Some(work) = self.work.take() else { return Ok(()) };
        // A panic is an error of this work: the connection is whole, and others need it.
        self.result = match catch_unwind(AssertUnwindSafe(|| work(connection))) {
            Ok(result) => result.map_err(|error| error.to_string()),
            Err(panic) => Err(format!("a panic: {}", text(&*panic))),
        };
        let end = match &self.result {
            // SQLite has rolled everything back: the disk is full, or can't be read.
            Err(cause) if connection.is_autocommit() => return Err(cause.clone()),
            Err(_) => "ROLLBACK TO one; RELEASE one",
            Ok(_) => "RELEASE one",
        };
        connection.execute_batch(end).map_err(|error| error.to_string())
    }

    fn answer(self: Box<Self>, committed: Result<(), &Cause>) {
        let answer = match committed {
            Ok(()) => self.result.map_err(unavailable),
            Err(cause) => Err(unavailable(cause)),
        };
        // Whoever asked may have gone; what was written stays.
        let _ = self.waits.send(answer);
    }

    fn is_abandoned(&self) -> bool {
        self.waits.is_closed()
    }
}

struct Command {
    /// Whether it must be on disk when it is answered. Claims need not: one that is lost is claimed again.
    sync: bool,
    job: Box<dyn Job>,
    /// Not begun by then, it is answered as not written.
    begins_by: Instant,
    /// Its place among those that wait; what comes from a thread of the bus itself needs none.
    _room: Option<OwnedSemaphorePermit>,
}

/// The way to the writing thread. Dropped, the thread ends.
#[derive(Debug)]
pub(super) struct Writer {
    commands: mpsc::Sender<Command>,
    room: Arc<Semaphore>,
    patience: Duration,
}

impl Writer {
    pub(super) fn start(connection: Connection) -> std::io::Result<Self> {
        Self::start_with(connection, WAITING, PATIENCE)
    }

    fn start_with(connection: Connection, waiting: usize, patience: Duration) -> std::io::Result<Self> {
        let (commands, receiver) = mpsc::channel();
        std::thread::Builder::new().name("microcore-bus".to_owned()).spawn(move || run(&connection, &receiver))?;
        Ok(Self { commands, room: Arc::new(Semaphore::new(waiting)), patience })
    }

    /// Runs `work` in a transaction; its result when the transaction is committed. Where it has waited too long to be
    /// begun, or is dropped before, nothing is written.
    pub(super) async fn write<T: Send + 'static>(
        &self,
        sync: bool,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, Unavailable> {
        let begins_by = Instant::now() + self.patience;
        let room = match Arc::clone(&self.room).try_acquire_owned() {
            Ok(room) => room,
            Err(_) => tokio::time::timeout(self.patience, Arc::clone(&self.room).acquire_owned())
                .await
                .map_err(|_| unavailable(TOO_LONG))?
                .map_err(|_| gone())?,
        };
        self.send(sync, begins_by, Some(room), work)?.await.unwrap_or_else(|_| Err(gone()))
    }

    /// The same for a thread that may block, without a place in the queue.
    pub(super) fn write_blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, Unavailable> {
        let answer = self.send(false, Instant::now() + self.patience, None, work)?;
        answer.blocking_recv().unwrap_or_else(|_| Err(gone()))
    }

    fn send<T: Send + 'static>(
        &self,
        sync: bool,
        begins_by: Instant,
        room: Option<OwnedSemaphorePermit>,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<oneshot::Receiver<Result<T, Unavailable>>, Unavailable> {
        let (waits, answer) = oneshot::channel();
        let job = Box::new(Asked { work: Some(work), result: Err("it did not run".to_owned()), waits });
        self.commands.send(Command { sync, job, begins_by, _room: room }).map_err(|_| gone())?;
        Ok(answer)
    }
}

/// Why something was not begun.
const TOO_LONG: &str = "it waited too long for its turn, and nothing was written";

fn gone() -> Unavailable {
    Unavailable::because("the store of events is closed")
}

pub(super) fn unavailable(error: impl std::fmt::Display) -> Unavailable {
    Unavailable::because(format!("the store of events: {error}"))
}

fn text(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("without a text")
}

fn run(connection: &Connection, commands: &mpsc::Receiver<Command>) {
    let mut synced = true;
    while let Ok(first) = commands.recv() {
        let mut batch = vec![first];
        while batch.len() < MOST
            && let Ok(next) = commands.try_recv()
        {
            batch.push(next);
        }
        batch.retain(|command| !command.job.is_abandoned());
        let now = Instant::now();
        for late in batch.extract_if(.., |command| command.begins_by < now) {
            late.job.answer(Err(&TOO_LONG.to_owned()));
        }
        if batch.is_empty() {
            continue;
        }
        let committed = transaction(connection, &mut batch, &mut synced);
        if committed.is_err() && !connection.is_autocommit() {
            // Where even that fails, the next BEGIN does too, and says so.
            let _ = connection.execute_batch("ROLLBACK");
        }
        for command in batch {
            command.job.answer(committed.as_ref().copied());
        }
    }
}

/// All or nothing of a batch. Once the transaction is gone nothing more runs: it would be committed by itself.
fn transaction(connection: &Connection, batch: &mut [Command], synced: &mut bool) -> Result<(), Cause> {
    let execute = |sql: &str| connection.execute_batch(sql).map_err(|error| error.to_string());
    let sync = batch.iter().any(|command| command.sync);
    if sync != *synced {
        execute(if sync { "PRAGMA synchronous = FULL" } else { "PRAGMA synchronous = NORMAL" })?;
        *synced = sync;
    }
    execute("BEGIN IMMEDIATE")?;
    for command in batch {
        command.job.run(connection)?;
    }
    execute("COMMIT")
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::error::Error as _;
    use std::time::Duration;

    use super::*;

    fn file() -> (tempfile::TempDir, Connection, Connection) {
        let folder = tempfile::tempdir().unwrap();
        let open = || {
            let connection = Connection::open(folder.path().join("bus.db")).unwrap();
            connection.busy_timeout(Duration::ZERO).unwrap();
            connection
        };
        let (first, second) = (open(), open());
        first.execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE t (n INTEGER PRIMARY KEY)").unwrap();
        (folder, first, second)
    }

    fn insert(number: i64) -> impl FnOnce(&Connection) -> rusqlite::Result<usize> + Send + 'static {
        move |connection| connection.execute("INSERT INTO t VALUES (?1)", [number])
    }

    fn numbers(connection: &Connection) -> Vec<i64> {
        let mut select = connection.prepare("SELECT n FROM t ORDER BY n").unwrap();
        select.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    }

    /// Lets the writer wait until all of these wait for it, so that they share one transaction.
    macro_rules! together {
        ($writer:ident, $($write:expr),+) => {{
            let (begun, begins) = tokio::sync::oneshot::channel::<()>();
            let (go, goes) = mpsc::channel::<()>();
            let holds = $writer.write(true, move |_| {
                let _ = begun.send(());
                goes.recv().unwrap();
                Ok(())
            });
            let writes = async {
                begins.await.unwrap();
                // Joined futures are polled in order: the last one here is polled when the others have sent their work.
                tokio::join!(biased; $($write,)+ async { go.send(()).unwrap() })
            };
            let (held, writes) = tokio::join!(holds, writes);
            held.unwrap();
            writes
        }};
    }

    #[tokio::test]
    async fn a_transaction_that_can_not_begin_tells_its_cause_and_the_next_one_is_written() {
        let (_folder, connection, other) = file();
        let writer = Writer::start(connection).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        let refused = writer.write(true, insert(1)).await.unwrap_err();
        assert!(refused.source().unwrap().to_string().contains("database is locked"), "{refused:?}");
        other.execute_batch("ROLLBACK").unwrap();
        writer.write(true, insert(2)).await.unwrap();
        assert_eq!(numbers(&other), [2]);
    }

    #[tokio::test]
    async fn an_error_takes_back_its_own_work_and_no_other() {
        let (_folder, connection, other) = file();
        let writer = Writer::start(connection).unwrap();
        let twice = |connection: &Connection| {
            insert(2)(connection)?;
            insert(1)(connection)
        };
        let (first, second, third, ()) =
            together!(writer, writer.write(true, insert(1)), writer.write(true, twice), writer.write(true, insert(3)));
        assert!(first.is_ok() && third.is_ok());
        assert!(second.unwrap_err().source().unwrap().to_string().contains("UNIQUE"));
        assert_eq!(numbers(&other), [1, 3]);
    }

    #[tokio::test]
    async fn a_rollback_by_the_database_fails_all_of_the_batch_with_its_cause() {
        let (_folder, connection, other) = file();
        let writer = Writer::start(connection).unwrap();
        let full = |connection: &Connection| {
            // As where the disk is full: the transaction is gone, not the statement alone.
            insert(2)(connection)?;
            connection.execute("INSERT OR ROLLBACK INTO t VALUES (2)", [])
        };
        let (first, second, third, ()) =
            together!(writer, writer.write(true, insert(1)), writer.write(true, full), writer.write(true, insert(3)));
        for failed in [first, second, third] {
            assert!(failed.unwrap_err().source().unwrap().to_string().contains("UNIQUE"));
        }
        assert_eq!(numbers(&other), [0_i64; 0], "what is said not to be written is not");
        writer.write(true, insert(4)).await.unwrap();
        assert_eq!(numbers(&other), [4]);
    }

    #[tokio::test]
    async fn what_waits_too_long_or_is_given_up_before_its_turn_is_not_written() {
        let (_folder, connection, other) = file();
        let writer = Writer::start_with(connection, 2, Duration::from_millis(100)).unwrap();
        let (go, goes) = mpsc::channel::<()>();
        let (begun, begins) = oneshot::channel::<()>();
        let holds = writer.write(true, move |_| {
            let _ = begun.send(());
            goes.recv().unwrap();
            Ok(())
        });
        let others = async {
            begins.await.unwrap();
            let (late, full) = {
                let late = writer.write(true, insert(1));
                tokio::pin!(late);
                assert!(futures_util::poll!(&mut late).is_pending());
                // The second place of two is taken.
                let full = writer.write(true, insert(2)).await;
                go.send(()).unwrap();
                (late.await, full)
            };
            (late, full)
        };
        let (held, (late, full)) = tokio::join!(holds, others);
        held.unwrap();
        for refused in [late, full] {
            assert!(refused.unwrap_err().source().unwrap().to_string().contains("nothing was written"));
        }
        {
            let (go, goes) = mpsc::channel::<()>();
            let (begun, begins) = oneshot::channel::<()>();
            let holds = writer.write(true, move |_| {
                let _ = begun.send(());
                goes.recv().unwrap();
                Ok(())
            });
            let given_up = async {
                begins.await.unwrap();
                let mut given_up = Box::pin(writer.write(true, insert(3)));
                assert!(futures_util::poll!(&mut given_up).is_pending());
                drop(given_up);
                go.send(()).unwrap();
            };
            tokio::join!(holds, given_up).0.unwrap();
        }
        writer.write(true, insert(4)).await.unwrap();
        assert_eq!(numbers(&other), [4]);
    }

    #[tokio::test]
    async fn a_panic_is_an_error_of_its_own_work_and_the_writer_goes_on() {
        let (_folder, connection, other) = file();
        let writer = Writer::start(connection).unwrap();
        let panics = |connection: &Connection| -> rusqlite::Result<()> {
            insert(2)(connection)?;
            panic!("a bug")
        };
        let (first, second, ()) = together!(writer, writer.write(true, insert(1)), writer.write(true, panics));
        first.unwrap();
        assert!(second.unwrap_err().source().unwrap().to_string().contains("a bug"));
        writer.write(true, insert(3)).await.unwrap();
        assert_eq!(numbers(&other), [1, 3]);
    }
}
