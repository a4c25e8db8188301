//! A bell between processes on one server: NOTIFY and LISTEN on a connection of its own.
//!
//! Nobody rings within a transaction: a NOTIFY in each commit makes all commits of a database wait for one lock. Who has
//! committed something asks for a ring, and this rings after that, at most once in a while; what is lost when a connection
//! breaks is found by whoever looks now and then anyway.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::{BoxStream, poll_fn};
use tokio::sync::Notify;
use tokio::task::AbortHandle;
use tokio::time::{Instant, sleep, sleep_until, timeout};
use tokio_postgres::{AsyncMessage, Client, Config, Error};

use super::Tls;

/// How long a connection or an answer may take.
const ANSWER: Duration = Duration::from_secs(10);
/// After an error, so long before the next try.
const AFTER_AN_ERROR: Duration = Duration::from_secs(1);

/// One process's end of the bell. Dropped, it is silent.
#[derive(Debug)]
pub(crate) struct Bell {
    wanted: Arc<Notify>,
    task: AbortHandle,
}

impl Bell {
    /// Listens on a channel, and calls `heard` when another process has rung, or may have. It rings no more often than once
    /// in `gap`.
    pub(crate) fn hang(
        config: Config,
        tls: Tls,
        channel: &'static str,
        gap: Duration,
        heard: impl Fn() + Send + Sync + 'static,
    ) -> Self {
        let wanted = Arc::new(Notify::new());
        let rings = Arc::clone(&wanted);
        let task = tokio::spawn(async move {
            let mut is_heard = true;
            loop {
                if let Err(error) = listen(&config, &tls, channel, gap, &rings, &heard).await
                    && std::mem::take(&mut is_heard)
                {
                    tracing::debug!(%error, channel, "other processes are not heard: they are looked for now and then");
                }
                sleep(AFTER_AN_ERROR).await;
            }
        });
        Self { wanted, task: task.abort_handle() }
    }

    /// Something was committed that the others may wait for.
    pub(crate) fn ring(&self) {
        self.wanted.notify_one();
    }
}

impl Drop for Bell {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Listens and rings until the connection breaks.
async fn listen(
    config: &Config,
    tls: &Tls,
    channel: &str,
    gap: Duration,
    wanted: &Notify,
    heard: &(dyn Fn() + Send + Sync),
) -> Result<(), Error> {
    let connected = timeout(ANSWER, config.connect(tls.connector())).await;
    let Ok(connected) = connected else { return Ok(()) };
    let (client, mut connection) = connected?;
    let mut messages: BoxStream<'_, Result<AsyncMessage, Error>> =
        poll_fn(move |context| connection.poll_message(context)).boxed();
    let own = {
        // The messages are what moves the connection on.
        let mut begins = std::pin::pin!(begin(&client, channel));
        loop {
            tokio::select! {
                begun = &mut begins => break begun?,
                message = messages.next() => {
                    let Some(message) = message else { return Ok(()) };
                    message?;
                }
            }
        }
    };
    // What happened before somebody listened was heard by nobody.
    heard();
    let (mut next, ring) = (Instant::now(), format!("NOTIFY {channel}"));
    loop {
        tokio::select! {
            message = messages.next() => {
                let Some(message) = message else { return Ok(()) };
                if matches!(message?, AsyncMessage::Notification(of) if of.process_id() != own) {
                    heard();
                }
            }
            () = async { sleep_until(next).await; wanted.notified().await } => {
                let mut rings = std::pin::pin!(client.batch_execute(&ring));
                loop {
                    tokio::select! {
                        done = &mut rings => break done?,
                        message = messages.next() => {
                            let Some(message) = message else { return Ok(()) };
                            if matches!(message?, AsyncMessage::Notification(of) if of.process_id() != own) {
                                heard();
                            }
                        }
                    }
                }
                next = Instant::now() + gap;
            }
        }
    }
}

/// Listens; gives what the server calls this connection.
async fn begin(client: &Client, channel: &str) -> Result<i32, Error> {
    client.batch_execute(&format!("LISTEN {channel}")).await?;
    Ok(client.query_one("SELECT pg_backend_pid()", &[]).await?.get(0))
}
