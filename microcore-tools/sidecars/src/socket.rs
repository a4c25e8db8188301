//! The folder of the sockets: nobody but this user looks into it, and each start of a process has a socket of its own.
//! Beside them is what a guest in Python imports, of the version that this application speaks.

use std::fmt::Write as _;
use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use microcore::error::{Error, Result};

const PYTHON: &str = "python";
const SDK: &str = include_str!("../sdk/python/microcore_sidecar.py");

#[derive(Debug)]
pub(crate) struct Sockets {
    folder: PathBuf,
    last: AtomicU64,
}

impl Sockets {
    pub(crate) fn new() -> Result<Self> {
        // A name that is there already belongs to somebody else, and `create` says so.
        let name = format!("microcore-{}", random::<8>()?);
        let folder = std::env::temp_dir().join(name);
        let made = DirBuilder::new().mode(0o700).create(&folder).and_then(|()| {
            std::fs::create_dir(folder.join(PYTHON))?;
            std::fs::write(folder.join(PYTHON).join("microcore_sidecar.py"), SDK)
        });
        made.map_err(|error| {
            Error::internal(format!("the folder {} can't be made", folder.display())).with_source(error)
        })?;
        Ok(Self { folder, last: AtomicU64::new(0) })
    }

    /// The folder of what a guest in Python imports.
    pub(crate) fn python(&self) -> PathBuf {
        self.folder.join(PYTHON)
    }

    /// The path of the next socket. It is short: a socket's may have 107 bytes.
    pub(crate) fn next(&self) -> PathBuf {
        self.folder.join(format!("{}.sock", self.last.fetch_add(1, Ordering::Relaxed)))
    }
}

impl Drop for Sockets {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// So many random bytes, in hexadecimal.
pub(crate) fn random<const BYTES: usize>() -> Result<String> {
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes).map_err(|error| Error::internal(format!("no random bytes: {error}")))?;
    Ok(bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    }))
}
