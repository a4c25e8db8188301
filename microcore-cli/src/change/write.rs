//! One file: written beside its place and put there whole.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

use crate::problem::{Problem, Result};

/// Fails where the path is taken, also by somebody faster. Folders that are missing are made, and noted.
pub(super) fn create(path: &Path, text: &str, made: &mut BTreeSet<PathBuf>) -> Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let missing = folder.ancestors().take_while(|folder| !folder.as_os_str().is_empty() && !folder.exists());
    made.extend(missing.map(Path::to_owned));
    fs::create_dir_all(folder).map_err(|error| Problem::file(folder, "made", &error))?;
    let draft = draft(path, text)?;
    draft.persist_noclobber(path).map_err(|error| Problem::file(path, "written", &error.error))?;
    Ok(())
}

/// With the rights of the file that was there.
pub(super) fn replace(path: &Path, text: &str) -> Result<()> {
    // Behind a link it is the file that changes, and not the link.
    let path = &path.canonicalize().map_err(|error| Problem::file(path, "read", &error))?;
    let failed = |error: &std::io::Error| Problem::file(path, "written", error);
    let rights = fs::metadata(path).map_err(|error| failed(&error))?.permissions();
    if rights.readonly() {
        let kind = std::io::ErrorKind::PermissionDenied;
        return Err(failed(&std::io::Error::new(kind, "it is read-only")));
    }
    let draft = draft(path, text)?;
    fs::set_permissions(draft.path(), rights).map_err(|error| failed(&error))?;
    draft.persist(path).map_err(|error| failed(&error.error))?;
    Ok(())
}

/// Folders that hold nothing any more go too, below the root.
pub(super) fn delete(path: &Path, root: &Path) -> Result<()> {
    fs::remove_file(path).map_err(|error| Problem::file(path, "deleted", &error))?;
    for folder in path.ancestors().skip(1).take_while(|folder| *folder != root && folder.starts_with(root)) {
        // Fails where it is not empty.
        if fs::remove_dir(folder).is_err() {
            break;
        }
    }
    Ok(())
}

/// The deepest first.
pub(super) fn remove_empty(folders: &BTreeSet<PathBuf>) {
    for folder in folders.iter().rev() {
        // One that somebody else uses meanwhile stays.
        let _ = fs::remove_dir(folder);
    }
}

fn draft(path: &Path, text: &str) -> Result<NamedTempFile> {
    let failed = |error: &std::io::Error| Problem::file(path, "written", error);
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut builder = Builder::new();
    builder.prefix(".microcore-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // What the user's mask leaves of it, as of any new file.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut draft = builder.tempfile_in(folder).map_err(|error| failed(&error))?;
    draft.write_all(text.as_bytes()).and_then(|()| draft.as_file().sync_all()).map_err(|error| failed(&error))?;
    Ok(draft)
}
