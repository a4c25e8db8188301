//! What asks the process to stop: SIGTERM, or ctrl-c at a terminal; and the thread that listens.
//!
//! It is a thread of its own: where handlers block every worker, a signal is heard all the same, and the process ends
//! at its deadline.

use std::future::pending;
use std::io;
use std::thread;
use std::time::Duration;

use tokio::runtime::Builder;
use tokio::time::timeout;

use super::stop::Doing;
use crate::server::ServerHandle;

/// Ends the process: 1, as for everything that did not work.
const CUT: i32 = 1;

/// Stops the server when the process is asked to, and ends the process where that takes longer than `limit`, or where it
/// is asked again.
pub(super) fn watch(server: ServerHandle, doing: Doing, limit: Duration) -> io::Result<()> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    // Registered before this returns: from now on a signal stops the application instead of killing it.
    let mut signals = {
        let _entered = runtime.enter();
        Signals::new()?
    };
    thread::Builder::new().name("signals".to_owned()).spawn(move || {
        runtime.block_on(async {
            tokio::select! {
                () = signals.come() => tracing::info!("stopping: no new requests, those in flight are finished"),
                () = server.stops() => {}
            }
            server.stop();
            if timeout(limit, signals.come()).await.is_ok() {
                tracing::warn!(waits_for = doing.get(), "asked again: the process ends at once");
            } else {
                tracing::error!(waits_for = doing.get(), "the stop took longer than {limit:?}: the process ends now");
            }
            std::process::exit(CUT);
        });
    })?;
    Ok(())
}

/// The signals, from when this is made.
#[cfg(unix)]
struct Signals {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};

        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    /// The next one.
    async fn come(&mut self) {
        let heard = tokio::select! {
            heard = self.terminate.recv() => heard,
            heard = self.interrupt.recv() => heard,
        };
        if heard.is_none() {
            // No more of them can come.
            pending::<()>().await;
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self)
    }

    async fn come(&mut self) {
        if let Err(error) = tokio::signal::ctrl_c().await {
            tracing::error!("signals can't be heard: {error}");
            pending::<()>().await;
        }
    }
}
