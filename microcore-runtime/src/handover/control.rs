//! The socket on which a running application is asked to hand over, and who asks there.
//!
//! In: one JSON text a line. Out: the answer, in the same way. Only the user of the process may write to the socket.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::UnixStream;

use super::upgrades::Asked;
use crate::error::{Error, Result};
use crate::settings::Environment;

/// How long the answer may take longer than what was asked for.
const GRACE: Duration = Duration::from_secs(10);

/// What a process answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Answer {
    /// A sentence about the process that serves now, and its number.
    Done(String, u32),
    /// Why nothing has changed.
    Failed(String),
}

/// Where it is: `CONTROL_SOCKET`; else in the folder that systemd gives the service, the user's own folder for such
/// things, or the one for temporary files, by name and port. `None` with `off`, and where the system chooses the port,
/// because then nobody could find it.
pub(crate) fn path(environment: &Environment, set: Option<&str>, name: &str, port: u16) -> Option<PathBuf> {
    match set {
        Some("off") => None,
        Some(path) => Some(path.into()),
        None if port == 0 => None,
        None => {
            let folder = environment.get("RUNTIME_DIRECTORY").or_else(|| environment.get("XDG_RUNTIME_DIR"));
            // systemd may name several.
            let folder = folder.and_then(|folders| folders.split(':').next()).map(PathBuf::from);
            Some(folder.unwrap_or_else(std::env::temp_dir).join(format!("{name}-{port}.control")))
        }
    }
}

/// An open one.
#[derive(Debug)]
pub(crate) struct Control {
    path: PathBuf,
    pub(crate) listener: UnixListener,
    /// Device and number of the file: which one is ours.
    file: (u64, u64),
    /// Whose it is: what a process makes is its user's.
    pub(crate) owner: u32,
}

/// Whether somebody may ask at all: the user of this process, to whom the socket belongs, and the machine's own. The
/// permissions of the file say so as well, but whoever may write to its folder can't change this.
pub(crate) fn may_ask(stream: &UnixStream, owner: u32) -> bool {
    stream.peer_cred().is_ok_and(|peer| peer.uid() == owner || peer.uid() == 0)
}

impl Control {
    /// Opens it, in the place of one that a process before this one has left.
    pub(crate) fn open(path: PathBuf) -> io::Result<Self> {
        // Nobody may write to it before its permissions are set, and at no time there is nothing in its place.
        let new = path.with_extension(format!("{}.new", std::process::id()));
        let _ = fs::remove_file(&new);
        let listener = UnixListener::bind(&new)?;
        let placed = fs::set_permissions(&new, Permissions::from_mode(0o600))
            .and_then(|()| fs::symlink_metadata(&new))
            .and_then(|made| fs::rename(&new, &path).map(|()| made));
        if placed.is_err() {
            let _ = fs::remove_file(&new);
        }
        let made = placed?;
        listener.set_nonblocking(true)?;
        Ok(Self { path, listener, file: (made.dev(), made.ino()), owner: made.uid() })
    }

    /// Takes it away, unless another process has put its own in the place.
    pub(crate) fn remove(&self) {
        if file(&self.path).is_ok_and(|file| file == self.file) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn file(path: &Path) -> io::Result<(u64, u64)> {
    fs::symlink_metadata(path).map(|metadata| (metadata.dev(), metadata.ino()))
}

/// Asks the process that listens there.
pub(crate) async fn ask(path: &Path, asked: Asked) -> Result<Answer> {
    let stream = UnixStream::connect(path).await.map_err(|error| {
        Error::unavailable(format!(
            "no application with these settings listens at `{}`: {error}; the log of the running one names its control \
             socket",
            path.display()
        ))
    })?;
    let mut stream = BufReader::new(stream);
    // Whoever may not ask is answered before the question is read: what was said counts then.
    let written = stream.get_mut().write_all(format!("{}\n", serde_json::to_string(&asked)?).as_bytes()).await;
    let mut line = String::new();
    let read = tokio::time::timeout(asked.timeout.saturating_add(GRACE), stream.read_line(&mut line)).await;
    if !matches!(read, Ok(Ok(length)) if length > 0) {
        written?;
        return Err(Error::unavailable("the running application does not answer"));
    }
    Ok(serde_json::from_str(&line)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_socket_is_its_users_own_and_takes_the_place_of_an_older_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("app-5000.control");
        let older = Control::open(path.clone()).unwrap();
        let newer = Control::open(path.clone()).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        older.remove();
        assert!(path.exists(), "it is the newer one's");
        newer.remove();
        assert!(!path.exists());
    }

    #[test]
    fn its_place_follows_from_the_settings() {
        let environment = Environment::of([("RUNTIME_DIRECTORY", "/run/app:/run/other")]);
        assert_eq!(path(&environment, None, "app", 80).unwrap(), Path::new("/run/app/app-80.control"));
        assert_eq!(path(&environment, None, "app", 0), None);
        assert_eq!(path(&environment, Some("off"), "app", 80), None);
        assert_eq!(path(&environment, Some("here"), "app", 0).unwrap(), Path::new("here"));
    }
}
