//! The program as it was started, so that it can be started again: by then there may be another file at its path.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A path, arguments, and where.
#[derive(Debug, Clone)]
pub(crate) struct Program {
    pub(crate) path: PathBuf,
    arguments: Vec<OsString>,
    folder: PathBuf,
}

impl Program {
    /// Of this process, before it changes anything about itself.
    ///
    /// The path is the one that it was called by, and no link in it is followed: a deployment moves the link. The file
    /// that the system knows is the last resort, because its name is `… (deleted)` once another has its place.
    pub(crate) fn of_this_process() -> std::io::Result<Self> {
        let mut words = env::args_os();
        let called = words.next().map(PathBuf::from).unwrap_or_default();
        let folder = env::current_dir()?;
        let path = match found(&called, &folder) {
            Some(path) => path,
            None => env::current_exe()?,
        };
        Ok(Self { path, arguments: words.collect(), folder })
    }

    /// Another program with these words, in that folder.
    #[cfg(debug_assertions)]
    pub(crate) fn of(path: PathBuf, arguments: Vec<OsString>, folder: PathBuf) -> Self {
        Self { path, arguments, folder }
    }

    pub(super) fn command(&self) -> Command {
        let mut command = Command::new(&self.path);
        command.args(&self.arguments).current_dir(&self.folder);
        command
    }
}

/// As a shell finds it.
fn found(called: &Path, folder: &Path) -> Option<PathBuf> {
    let is_a_name = called.components().count() == 1 && !called.has_root();
    let candidates: Vec<PathBuf> = if is_a_name {
        env::split_paths(&env::var_os("PATH")?).map(|place| folder.join(place).join(called)).collect()
    } else {
        vec![folder.join(called)]
    };
    candidates.into_iter().find(|path| path.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_not_followed_and_a_name_is_looked_for() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("one"), "").unwrap();
        std::os::unix::fs::symlink("one", folder.path().join("current")).unwrap();
        let seen = found(Path::new("./current"), folder.path()).unwrap();
        assert!(seen.ends_with("current"), "{}", seen.display());
        assert_eq!(found(Path::new("sh"), folder.path()).unwrap().file_name().unwrap(), "sh");
        assert_eq!(found(Path::new("./none"), folder.path()), None);
    }
}
