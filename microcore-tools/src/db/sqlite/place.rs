//! Where the database file is: at a path, or in a folder of its own that goes with the last connection.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use microcore_runtime::error::Chain;

use crate::db::backend::Result;
use crate::db::sqlite::SqliteSettings;
use crate::db::{DbError, DbErrorKind};
use crate::temporary::TemporaryFolder;

/// A database file and, where it is temporary, its folder.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    file: PathBuf,
    /// Every connection holds it, so the folder outlives them all.
    folder: Option<Arc<TemporaryFolder>>,
}

impl Place {
    /// `:memory:` becomes a temporary file, because readers and writer must see the same database.
    pub(crate) fn of(settings: &SqliteSettings) -> Result<Self> {
        if settings.path != Path::new(":memory:") {
            return Ok(Self { file: settings.path.clone(), folder: None });
        }
        let made = TemporaryFolder::make();
        let folder = made.map_err(|error| DbError::unavailable("a temporary folder can't be made", error))?;
        Ok(Self { file: folder.path().join("app.db"), folder: Some(Arc::new(folder)) })
    }

    pub(crate) fn file(&self) -> &Path {
        &self.file
    }

    /// Whether the file could be there: most often, a folder that is not there is a name with a mistake.
    pub(crate) fn folder_exists(&self) -> Result<()> {
        match self.file.parent() {
            Some(folder) if !folder.as_os_str().is_empty() && !folder.is_dir() => {
                let message = format!("the database `{}` can't be opened", self.file.display());
                Err(DbError::unavailable(message, format!("there is no folder `{}`", folder.display())))
            }
            _ => Ok(()),
        }
    }

    /// Adds the file to an error that does not name it.
    pub(crate) fn naming(&self, error: DbError) -> DbError {
        let file = format!("`{}`", self.file.display());
        if error.to_string().contains(&file) { error } else { error.during(&format!("the database {file}")) }
    }

    /// Adds the file to what the file or its disk is to blame for.
    pub(crate) fn blamed(&self, error: DbError) -> DbError {
        let of_the_engine = |error: &DbError| Chain::of(error).any(<dyn std::error::Error>::is::<rusqlite::Error>);
        let blamed = error.kind() == DbErrorKind::Unavailable && of_the_engine(&error);
        if blamed { self.naming(error) } else { error }
    }

    /// Deletes what is temporary. An application holds its database as long as the process lives, closed or not.
    pub(crate) fn leave(&self) {
        if let Some(folder) = &self.folder {
            folder.delete();
        }
    }
}
