//! What asks the process to stop: SIGTERM, or ctrl-c at a terminal; and the thread that listens.
//!
//! The same thread hears who asks for an upgrade, by SIGUSR2 or by the control socket.
//!
//! It is a thread of its own: where handlers block every worker, a signal is heard all the same, and the process ends
//! at its deadline.

use std::future::pending;
use std::io;
#[cfg(unix)]
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use tokio::runtime::Builder;
use tokio::time::timeout;

use super::stop::Doing;
#[cfg(unix)]
use crate::handover::{Upgrades, control::Control};
use crate::server::ServerHandle;

/// Ends the process: 1, as for everything that did not work.
const CUT: i32 = 1;

/// Stops the server when the process is asked to, and ends the process where that takes longer than `limit`, or where it
/// is asked again.
pub(super) fn watch(
    server: ServerHandle,
    doing: Doing,
    limit: Duration,
    upgrades: Option<Upgrading>,
) -> io::Result<()> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    // Registered before this returns: from now on a signal stops the application instead of killing it.
    let (mut signals, mut upgrades) = {
        let _entered = runtime.enter();
        (Signals::new()?, upgrades.map(Upgrading::begin))
    };
    thread::Builder::new().name("signals".to_owned()).spawn(move || {
        runtime.block_on(async {
            tokio::select! {
                () = signals.come() => tracing::info!("stopping: no new requests, those in flight are finished"),
                () = server.stops() => {}
                () = asked(&mut upgrades) => {}
            }
            // Before the server knows: who is asked again at once says what it waits for.
            doing.begin();
            server.stop();
            if let Some(upgrades) = &upgrades {
                upgrades.end();
            }
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

/// Waits for good while those who ask are answered.
async fn asked(upgrades: &mut Option<Upgrading>) {
    match upgrades {
        Some(upgrades) => upgrades.listen().await,
        None => pending().await,
    }
}

/// Who may ask for an upgrade, and where.
#[cfg(unix)]
#[derive(Debug)]
pub(super) struct Upgrading {
    upgrades: Arc<Upgrades>,
    signals: Option<tokio::signal::unix::Signal>,
    control: Option<Control>,
}

#[cfg(unix)]
impl Upgrading {
    /// Opens the control socket; where that fails, the signal is left.
    pub(super) fn open(upgrades: Upgrades, path: Option<std::path::PathBuf>) -> Self {
        let control = path.and_then(|path| {
            let place = path.display().to_string();
            match Control::open(path) {
                Ok(control) => {
                    tracing::info!("`upgrade` asks at {place}");
                    Some(control)
                }
                Err(error) => {
                    tracing::warn!("no control socket at {place}: {error}; SIGUSR2 asks for an upgrade too");
                    None
                }
            }
        });
        Self { upgrades: Arc::new(upgrades), signals: None, control }
    }

    /// From now on the signal asks, and does not kill.
    fn begin(mut self) -> Self {
        use tokio::signal::unix::{SignalKind, signal};

        self.signals = signal(SignalKind::user_defined2()).ok();
        self
    }

    async fn listen(&mut self) {
        let control = self.control.as_ref();
        let control = control.and_then(|control| Some((control.listener.try_clone().ok()?, control.owner)));
        self.upgrades.clone().listen(control, self.signals.take()).await;
    }

    /// The application stops. Where another one serves, the path is its own.
    fn end(&self) {
        if !self.upgrades.kept.is_handed_over() {
            crate::handover::notify::notify("STOPPING=1");
            if let Some(control) = &self.control {
                control.remove();
            }
        }
    }
}

#[cfg(not(unix))]
#[derive(Debug)]
pub(super) struct Upgrading;

#[cfg(not(unix))]
impl Upgrading {
    fn begin(self) -> Self {
        self
    }

    async fn listen(&mut self) {
        pending().await
    }

    fn end(&self) {}
}
