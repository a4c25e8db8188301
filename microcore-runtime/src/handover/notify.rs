//! What systemd is told, where it has set `NOTIFY_SOCKET`: `READY=1`, `RELOADING=1`, `MAINPID=…`, `STOPPING=1`.

use std::env;
use std::ffi::OsStr;
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::net::{SocketAddr, UnixDatagram};

/// Sends one message of `KEY=VALUE` lines. One that can't be sent is a line of the log.
pub(crate) fn notify(message: &str) {
    if let Some(socket) = env::var_os("NOTIFY_SOCKET").filter(|socket| !socket.is_empty())
        && let Err(error) = send(&socket, message)
    {
        tracing::warn!("`{message}` can't be sent to NOTIFY_SOCKET: {error}");
    }
}

fn send(socket: &OsStr, message: &str) -> io::Result<()> {
    UnixDatagram::unbound()?.send_to_addr(message.as_bytes(), &address(socket)?)?;
    Ok(())
}

/// A path, or with an `@` a name that no file has.
fn address(socket: &OsStr) -> io::Result<SocketAddr> {
    match socket.as_bytes().strip_prefix(b"@") {
        #[cfg(target_os = "linux")]
        Some(name) => <SocketAddr as std::os::linux::net::SocketAddrExt>::from_abstract_name(name),
        _ => SocketAddr::from_pathname(socket),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_and_an_abstract_name_are_reached() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notify");
        let abstracted = format!("@microcore-notify-{}", std::process::id());
        for socket in [path.as_os_str(), OsStr::new(&abstracted)] {
            let heard = UnixDatagram::bind_addr(&address(socket).unwrap()).unwrap();
            send(socket, "READY=1").unwrap();
            let mut room = [0; 64];
            let length = heard.recv(&mut room).unwrap();
            assert_eq!(&room[..length], b"READY=1");
        }
    }
}
