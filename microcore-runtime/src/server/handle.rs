//! A running server as others see it: where it listens, and how to stop it.

use std::io;
use std::net::SocketAddr;

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// A running server. Cheap to clone.
#[derive(Debug, Clone)]
pub struct ServerHandle {
    local_address: SocketAddr,
    system_address: Option<SocketAddr>,
    stop: CancellationToken,
}

impl ServerHandle {
    /// Of the server that is given the same listener and the same token.
    pub fn of(listener: &TcpListener, stop: CancellationToken) -> io::Result<Self> {
        Ok(Self { local_address: listener.local_addr()?, system_address: None, stop })
    }

    /// The same with the listener of `SYSTEM_PORT`.
    pub(crate) fn beside(self, system: Option<&TcpListener>) -> io::Result<Self> {
        let system_address = system.map(TcpListener::local_addr).transpose()?;
        Ok(Self { system_address, ..self })
    }

    /// Where the system pages have a listener of their own.
    pub fn system_address(&self) -> Option<SocketAddr> {
        self.system_address
    }

    /// Where it listens; the port is the real one, also where the setting was 0.
    pub fn local_address(&self) -> SocketAddr {
        self.local_address
    }

    /// Whether it was asked to stop.
    pub fn is_stopping(&self) -> bool {
        self.stop.is_cancelled()
    }

    /// Waits until it is asked to stop.
    pub(crate) async fn stops(&self) {
        self.stop.cancelled().await;
    }

    /// Asks it to stop: the intake closes and the drain begins. `serve` returns when that is over.
    pub fn stop(&self) {
        self.stop.cancel();
    }
}
