//! A folder on its path. In: a request that the router brought here. Out: the file, or the answer where no route is.

use std::path::Path;
use std::sync::OnceLock;

use super::{Folder, OpenFolder};
use crate::error::{Error, Result};
use crate::request::Inputs;
use crate::response::Response;
use crate::router::{Methods, no_route};

/// A folder that is opened when its plugin boots.
#[derive(Debug)]
pub struct Mount {
    folder: Folder,
    open: OnceLock<OpenFolder>,
}

impl Mount {
    /// Not opened yet.
    pub const fn of(folder: Folder) -> Self {
        Self { folder, open: OnceLock::new() }
    }

    /// Opens it.
    ///
    /// # Errors
    ///
    /// Where there is no such folder.
    pub fn open(&self) -> Result<()> {
        let Folder { path, endings, pages, cache } = self.folder;
        let opened = OpenFolder::open(Path::new(path), endings, pages).and_then(|folder| folder.cached(cache));
        let opened = opened.map_err(|error| {
            Error::unavailable(format!("`{path}` must be a folder that is there")).with_source(error)
        })?;
        // A second boot in one process finds it open.
        let _ = self.open.set(opened);
        Ok(())
    }
}

/// Answers with the file behind `raw`, for whoever `may_ask`. `allowed` is what routes have that path.
pub async fn answer_mount<'r>(
    mut inputs: Inputs<'r>,
    may_ask: impl FnOnce(&mut Inputs<'r>) -> Option<()>,
    mount: &'static Mount,
    raw: &'r str,
    allowed: Methods,
    response: &mut Response,
) {
    if may_ask(&mut inputs).is_none() {
        *response = inputs.refuse();
        return;
    }
    let head = inputs.head();
    let found = match mount.open.get() {
        Some(folder) => folder.answer(raw, head, allowed).await,
        None => None,
    };
    *response = found.unwrap_or_else(|| no_route(head, allowed));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_is_not_there_is_why_its_plugin_does_not_start() {
        let refused = Mount::of(Folder::at("/nowhere/at/all")).open().unwrap_err();
        assert!(
            refused.to_string().contains("`/nowhere/at/all` must be a folder that is there"),
            "{}",
            refused.to_string()
        );
        assert!(Mount::of(Folder::at("Cargo.toml")).open().is_err(), "a file is no folder");
        let mount = Mount::of(Folder::at("src"));
        assert!(mount.open().is_ok() && mount.open().is_ok(), "a second boot finds it open");
    }
}
