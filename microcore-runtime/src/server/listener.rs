//! Opens the socket and accepts connections. In: settings. Out: one stream at a time, with its seat.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

use super::ServerSettings;

/// Connections that the system keeps for us until we accept them.
const BACKLOG: u32 = 1024;
const SHORTEST_PAUSE: Duration = Duration::from_millis(5);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// A connection, its client, and its place among those that may be open.
pub(super) type Accepted = (TcpStream, IpAddr, OwnedSemaphorePermit);

/// Listens where the settings say: on the first address of the host that can be bound.
pub async fn bind(settings: &ServerSettings) -> io::Result<TcpListener> {
    bind_at("HTTP", &settings.host, settings.port, settings.thread_per_core, settings.reuse_port).await
}

/// Listens for the system pages, where `SYSTEM_PORT` is set.
pub async fn bind_system(settings: &ServerSettings) -> io::Result<Option<TcpListener>> {
    let Some(port) = settings.system_port else { return Ok(None) };
    bind_at("SYSTEM", &settings.system_host, port, false, settings.reuse_port).await.map(Some)
}

/// `of` begins the names of the settings.
async fn bind_at(of: &str, host: &str, port: u16, per_core: bool, reuse_port: bool) -> io::Result<TcpListener> {
    let found = tokio::net::lookup_host((host, port)).await;
    let found = found.map_err(|error| nowhere(of, host, &error))?;
    let mut refusal = nowhere(of, host, &io::ErrorKind::NotFound.into());
    for address in found {
        let listening = if per_core && !reuse_port {
            // Several listeners of ours share the port; another process that listens there is a mistake all the same.
            socket(address, false).and_then(|probe| probe.bind(address)).and_then(|()| listen(address, true))
        } else {
            listen(address, reuse_port)
        };
        match listening {
            Ok(listener) => return Ok(listener),
            Err(error) => {
                refusal =
                    io::Error::new(error.kind(), format!("can't listen on {address}: {error}{}", advice(of, &error)));
            }
        }
    }
    Err(refusal)
}

fn nowhere(of: &str, host: &str, error: &io::Error) -> io::Error {
    let said = "must be an address of this machine, such as 127.0.0.1, 0.0.0.0 for all of them, or a name that has one";
    io::Error::new(error.kind(), format!("{of}_HOST {said}, not `{host}`: {error}"))
}

/// Which setting helps.
fn advice(of: &str, error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::AddrInUse => format!("; stop what listens there, or set {of}_PORT to another port"),
        io::ErrorKind::AddrNotAvailable => {
            format!("; {of}_HOST must be an address of this machine, such as 127.0.0.1, or 0.0.0.0 for all of them")
        }
        io::ErrorKind::PermissionDenied => {
            format!("; set {of}_PORT to 1024 or more, or let the process have the port")
        }
        _ => String::new(),
    }
}

/// One more listener on the same address, for another event loop. The system deals connections out among them.
pub(super) fn beside(listener: &TcpListener) -> io::Result<TcpListener> {
    listen(listener.local_addr()?, true)
}

/// The same socket once more, for another event loop: they take connections from one queue.
pub(super) fn again(listener: &TcpListener) -> io::Result<TcpListener> {
    let copy = socket2::SockRef::from(listener).try_clone()?;
    TcpListener::from_std(copy.into())
}

fn listen(address: SocketAddr, shared: bool) -> io::Result<TcpListener> {
    let socket = socket(address, shared)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

fn socket(address: SocketAddr, shared: bool) -> io::Result<TcpSocket> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // A restart must not wait for the last run's connections to time out. On Windows the option means another thing.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    #[cfg(unix)]
    if shared {
        socket.set_reuseport(true)?;
    }
    #[cfg(not(unix))]
    let _ = shared;
    Ok(socket)
}

/// The next connection, once there is a seat for it; `None` after `stop`.
pub(super) async fn accept(
    listener: &TcpListener,
    seats: &Arc<Semaphore>,
    stop: &CancellationToken,
) -> Option<Accepted> {
    // The seat comes first: who finds none waits in the system's queue and costs us nothing.
    let seat = stop.run_until_cancelled(seats.clone().acquire_owned()).await?.ok()?;
    let mut pause = SHORTEST_PAUSE;
    loop {
        match stop.run_until_cancelled(listener.accept()).await? {
            Ok((stream, client)) => return Some((stream, client.ip().to_canonical(), seat)),
            Err(error) if belongs_to_the_client(&error) => {}
            // Out of file descriptors or memory: they come back when connections end, and trying at once would spin.
            Err(error) => {
                tracing::warn!(?pause, "can't accept a connection: {error}");
                stop.run_until_cancelled(tokio::time::sleep(pause)).await?;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
        }
    }
}

/// Ends the listener. Out: the connections that the system has opened for us already; closing would reset them.
pub(super) fn close(listener: TcpListener, seats: &Arc<Semaphore>) -> Vec<Accepted> {
    let mut waiting = Vec::new();
    // Asked of the system itself: what has just come in is not known to the runtime yet.
    let Ok(listener) = listener.into_std() else { return waiting };
    while let Ok(seat) = seats.clone().try_acquire_owned()
        && let Ok((stream, client)) = listener.accept()
    {
        let stream = stream.set_nonblocking(true).and_then(|()| TcpStream::from_std(stream));
        waiting.extend(stream.map(|stream| (stream, client.ip().to_canonical(), seat)));
    }
    waiting
}

/// The client went away before it was accepted; the next one is not concerned.
fn belongs_to_the_client(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};

    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted)
}
