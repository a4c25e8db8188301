//! Folders that go with what is in them: databases of tests, and those that last as long as a process.
//!
//! They stand in one folder per process, in which a file is locked for as long as the process lives. A process that is
//! killed, or that leaks what its folders go with, leaves them behind; the next one that needs a folder finds that
//! nobody holds the lock, and deletes them.

use std::fs::{self, DirBuilder, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use microcore_runtime::context::Id;

const PREFIX: &str = "microcore-temporary-";
const LOCK: &str = "lock";

/// A folder that is deleted with this.
#[derive(Debug)]
pub(crate) struct TemporaryFolder {
    path: PathBuf,
    // The last folder of a process takes the process's own along.
    _shelf: Arc<Shelf>,
}

impl TemporaryFolder {
    /// An empty one.
    pub(crate) fn make() -> io::Result<Self> {
        let shelf = Shelf::of_process()?;
        let path = shelf.folder.join(Id::make().to_string());
        fs::create_dir(&path)?;
        Ok(Self { path, _shelf: shelf })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Deletes it now: whoever holds this may live as long as the process.
    pub(crate) fn delete(&self) {
        // What can't be deleted goes with the process.
        let _ = fs::remove_dir_all(&self.path);
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        self.delete();
    }
}

/// The folder of a process.
#[derive(Debug)]
struct Shelf {
    folder: PathBuf,
    lock: Option<File>,
}

impl Shelf {
    fn of_process() -> io::Result<Arc<Self>> {
        static SHELF: Mutex<Weak<Shelf>> = Mutex::new(Weak::new());
        let mut shelf = SHELF.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(shelf) = shelf.upgrade() {
            return Ok(shelf);
        }
        let place = std::env::temp_dir();
        sweep(&place);
        let made = Arc::new(Self::make(&place)?);
        *shelf = Arc::downgrade(&made);
        Ok(made)
    }

    /// Nobody sees it under its name before it is locked.
    fn make(place: &Path) -> io::Result<Self> {
        let name = format!("{PREFIX}{}", Id::make());
        let (draft, folder) = (place.join(format!(".{name}")), place.join(name));
        let mut builder = DirBuilder::new();
        // Other users of the machine have no business in it.
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        // Fails where the folder exists: nobody can have prepared it.
        builder.create(&draft)?;
        let lock = File::create_new(draft.join(LOCK))?;
        lock.lock()?;
        fs::rename(&draft, &folder)?;
        Ok(Self { folder, lock: Some(lock) })
    }
}

impl Drop for Shelf {
    fn drop(&mut self) {
        // Some systems delete no file that is open.
        self.lock = None;
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Deletes what processes have left that are no more.
fn sweep(place: &Path) {
    let Ok(entries) = fs::read_dir(place) else { return };
    for entry in entries.flatten().filter(|entry| entry.file_name().to_string_lossy().starts_with(PREFIX)) {
        // A folder of another user can't be looked into.
        let Ok(lock) = File::open(entry.path().join(LOCK)) else { continue };
        if lock.try_lock().is_ok() {
            drop(lock);
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_dead_process_left_is_swept_and_what_a_living_one_holds_is_not() {
        let place = TemporaryFolder::make().unwrap();
        let (left, held) = (Shelf::make(place.path()).unwrap(), Shelf::make(place.path()).unwrap());
        fs::write(left.folder.join("app.db"), "").unwrap();
        // As after a kill: the lock is gone, the folder is not.
        let mut left = left;
        left.lock = None;
        sweep(place.path());
        assert!(!left.folder.exists());
        assert!(held.folder.exists());
    }

    #[test]
    fn the_last_folder_takes_that_of_the_process_along() {
        let folder = TemporaryFolder::make().unwrap();
        fs::write(folder.path().join("app.db"), "").unwrap();
        let path = folder.path().to_path_buf();
        folder.delete();
        assert!(!path.exists());
        drop(folder);
        let shelf = Shelf::make(&std::env::temp_dir()).unwrap();
        let own = shelf.folder.clone();
        assert!(own.exists());
        drop(shelf);
        assert!(!own.exists());
    }
}
