//! Copies of the sockets that a server listens on, for the process that takes them over.
//!
//! In: the listeners. Out: their copies, for as long as the server accepts: a copy that outlived the listener would go on
//! to take connections that nobody accepts.

#[cfg(unix)]
use std::io;
#[cfg(unix)]
use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
#[cfg(unix)]
use std::sync::{Mutex, PoisonError};

#[cfg(unix)]
use tokio::net::TcpListener;

/// The name of the listener of requests.
#[cfg(unix)]
pub(crate) const HTTP: &str = "http";
/// That of the system pages, where `SYSTEM_PORT` asks for one.
#[cfg(unix)]
pub(crate) const SYSTEM: &str = "system";

/// Whether another process serves where this one ends.
static COMES_BACK: AtomicBool = AtomicBool::new(false);

/// From now on it does.
#[cfg(unix)]
pub(crate) fn comes_back() {
    COMES_BACK.store(true, Ordering::Release);
}

/// Whether clients that are sent away should come again at once.
#[cfg(feature = "ws")]
pub(crate) fn is_coming_back() -> bool {
    COMES_BACK.load(Ordering::Acquire)
}

/// What may be handed over. Cheap to clone; the default has nothing.
#[derive(Debug, Clone, Default)]
pub(crate) struct Kept(Arc<Held>);

#[derive(Debug, Default)]
struct Held {
    #[cfg(unix)]
    sockets: Mutex<Vec<(&'static str, OwnedFd)>>,
    is_handed_over: AtomicBool,
}

impl Kept {
    /// Copies of these.
    #[cfg(unix)]
    pub(crate) fn of<'l>(
        http: impl Iterator<Item = &'l TcpListener>,
        system: Option<&TcpListener>,
    ) -> io::Result<Self> {
        let named = http.map(|listener| (HTTP, listener)).chain(system.map(|listener| (SYSTEM, listener)));
        let sockets = named.map(|(name, listener)| Ok((name, listener.as_fd().try_clone_to_owned()?)));
        let sockets = Mutex::new(sockets.collect::<io::Result<_>>()?);
        Ok(Self(Arc::new(Held { sockets, is_handed_over: AtomicBool::new(false) })))
    }

    /// The sockets once more, each with its name; none once the server has stopped accepting.
    #[cfg(unix)]
    pub(crate) fn copies(&self) -> io::Result<Vec<(&'static str, OwnedFd)>> {
        let sockets = self.0.sockets.lock().unwrap_or_else(PoisonError::into_inner);
        sockets.iter().map(|(name, socket)| Ok((*name, socket.try_clone()?))).collect()
    }

    /// Another process accepts from here on: what waits to be accepted is its own.
    pub(crate) fn hand_over(&self) {
        self.0.is_handed_over.store(true, Ordering::Release);
        COMES_BACK.store(true, Ordering::Release);
        self.let_go();
    }

    /// Whether another process accepts.
    pub(crate) fn is_handed_over(&self) -> bool {
        self.0.is_handed_over.load(Ordering::Acquire)
    }

    /// Closes the copies.
    pub(crate) fn let_go(&self) {
        #[cfg(unix)]
        self.0.sockets.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
