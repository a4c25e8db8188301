//! Where the database file is: at a path, or in a folder of its own that goes with the last connection.

use std::fs::{self, DirBuilder};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use microcore_runtime::context::Id;

use crate::db::DbError;
use crate::db::backend::Result;
use crate::db::sqlite::SqliteSettings;

/// A database file and, where it is temporary, its folder.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    file: PathBuf,
    /// Every connection holds it, so the folder outlives them all.
    _folder: Option<Arc<TemporaryFolder>>,
}

impl Place {
    /// `:memory:` becomes a temporary file, because readers and writer must see the same database.
    pub(crate) fn of(settings: &SqliteSettings) -> Result<Self> {
        if settings.path != Path::new(":memory:") {
            return Ok(Self { file: settings.path.clone(), _folder: None });
        }
        let folder = TemporaryFolder::make()?;
        Ok(Self { file: folder.0.join("app.db"), _folder: Some(Arc::new(folder)) })
    }

    pub(crate) fn file(&self) -> &Path {
        &self.file
    }
}

#[derive(Debug)]
struct TemporaryFolder(PathBuf);

impl TemporaryFolder {
    fn make() -> Result<Self> {
        let path = std::env::temp_dir().join(format!("microcore-db-{}", Id::make()));
        let mut builder = DirBuilder::new();
        // Other users of the machine have no business in it.
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        // Fails where the folder exists: nobody can have prepared it.
        builder.create(&path).map_err(|error| {
            DbError::unavailable(format!("the temporary folder `{}` can't be made", path.display()), error)
        })?;
        Ok(Self(path))
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        // What can't be deleted is the system's to clean up.
        let _ = fs::remove_dir_all(&self.0);
    }
}
