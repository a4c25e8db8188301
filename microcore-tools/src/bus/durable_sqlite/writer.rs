//! The one connection that writes, on a thread of its own. What waits when it looks is written in one transaction, with
//! a savepoint each, and answered after the commit: many publishers share one sync of the disk.

use std::sync::mpsc;

use microcore_runtime::error::Unavailable;
use rusqlite::Connection;
use tokio::sync::oneshot;

/// The most that one transaction takes along.
const MOST: usize = 1024;

/// Work for the connection, and what is done after the commit with what it gave.
type Work = Box<dyn FnOnce(&Connection) -> Settle + Send>;
/// Answers whoever waits: with `Err`, nothing was written.
type Settle = Box<dyn FnOnce(Result<(), &rusqlite::Error>) + Send>;

struct Command {
    /// Whether it must be on disk when it is answered. Claims need not: one that is lost is claimed again.
    sync: bool,
    work: Work,
}

/// The way to the writing thread. Dropped, the thread ends.
#[derive(Debug)]
pub(super) struct Writer(mpsc::Sender<Command>);

impl Writer {
    pub(super) fn start(connection: Connection) -> std::io::Result<Self> {
        let (sender, receiver) = mpsc::channel();
        std::thread::Builder::new().name("microcore-bus".to_owned()).spawn(move || run(&connection, &receiver))?;
        Ok(Self(sender))
    }

    /// Runs `work` in a transaction; its result when the transaction is committed.
    pub(super) async fn write<T: Send + 'static>(
        &self,
        sync: bool,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, Unavailable> {
        let (sender, receiver) = oneshot::channel();
        let work: Work = Box::new(move |connection| {
            let result = within_savepoint(connection, work);
            Box::new(move |committed| {
                let answer = match (committed, result) {
                    (Ok(()), Ok(value)) => Ok(value),
                    (Ok(()), Err(error)) => Err(unavailable(&error)),
                    (Err(error), _) => Err(unavailable(error)),
                };
                // Whoever asked may have gone; what was written stays.
                let _ = sender.send(answer);
            })
        });
        let gone = || Unavailable::because("the store of events is closed");
        self.0.send(Command { sync, work }).map_err(|_| gone())?;
        receiver.await.unwrap_or_else(|_| Err(gone()))
    }
}

pub(super) fn unavailable(error: &rusqlite::Error) -> Unavailable {
    Unavailable::because(format!("the store of events: {error}"))
}

fn within_savepoint<T>(
    connection: &Connection,
    work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    connection.execute_batch("SAVEPOINT one")?;
    let result = work(connection);
    connection.execute_batch(if result.is_ok() { "RELEASE one" } else { "ROLLBACK TO one; RELEASE one" })?;
    result
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
        let sync = batch.iter().any(|command| command.sync);
        let mut settle = Vec::with_capacity(batch.len());
        let committed = (|| {
            if sync != synced {
                connection.execute_batch(if sync {
                    "PRAGMA synchronous = FULL"
                } else {
                    "PRAGMA synchronous = NORMAL"
                })?;
                synced = sync;
            }
            connection.execute_batch("BEGIN IMMEDIATE")?;
            settle.extend(batch.drain(..).map(|command| (command.work)(connection)));
            connection.execute_batch("COMMIT")
        })();
        if committed.is_err() && !connection.is_autocommit() {
            // Where even that fails, the next BEGIN does too, and says so.
            let _ = connection.execute_batch("ROLLBACK");
        }
        for settle in settle {
            settle(committed.as_ref().copied());
        }
        // What could not begin is dropped, which tells its senders.
    }
}
