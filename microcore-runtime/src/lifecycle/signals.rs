//! What asks the process to stop: SIGTERM, or ctrl-c at a terminal.

use std::future::pending;
use std::io;

/// Waits until the process is asked to stop. Where the system lets nobody ask, it waits forever and says so.
pub async fn asked_to_stop() {
    if let Err(error) = signal().await {
        tracing::error!("signals can't be heard: {error}");
        pending::<()>().await;
    }
}

#[cfg(unix)]
async fn signal() -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        _ = terminate.recv() => Ok(()),
        pressed = tokio::signal::ctrl_c() => pressed,
    }
}

#[cfg(not(unix))]
async fn signal() -> io::Result<()> {
    tokio::signal::ctrl_c().await
}
