//! The folders that the settings name, below paths that no route has. In: the head of a request. Out: the file, or
//! nothing.

use std::path::Path;

use super::ServerSettings;
use crate::files::OpenFolder;
use crate::request::Head;
use crate::response::Response;
use crate::router::Methods;
use crate::settings::Problems;

/// The folders of one server, each with its path: without a slash at its end, empty for the root.
#[derive(Debug)]
pub(super) struct Folders(Vec<(String, OpenFolder)>);

impl Folders {
    /// `None` where the settings name no folder; the problem where one is no folder.
    pub(super) fn of(settings: &ServerSettings) -> Result<Option<Self>, Problems> {
        let (mut folders, mut problems) = (Vec::new(), Problems::default());
        let (endings, pages) = (settings.static_endings.as_deref(), settings.static_pages);
        for pair in settings.static_folders.as_deref().unwrap_or_default() {
            let parts = pair.split_once('=').filter(|(prefix, _)| prefix.starts_with('/'));
            let folder = parts.map(|(prefix, folder)| (prefix, OpenFolder::open(Path::new(folder), endings, pages)));
            match folder {
                Some((prefix, Ok(folder))) => folders.push((prefix.trim_end_matches('/').to_owned(), folder)),
                Some(_) => problems.add("HTTP_STATIC", format!("`{pair}` must name a folder that is there")),
                None => problems.add("HTTP_STATIC", format!("`{pair}` must be a path and a folder: /assets=public")),
            }
        }
        problems.into_result()?;
        // The longest path first: `/` must not hide `/assets`.
        folders.sort_by_key(|(prefix, _)| std::cmp::Reverse(prefix.len()));
        Ok((!folders.is_empty()).then_some(Self(folders)))
    }

    /// The answer, where there is such a file.
    pub(super) async fn answer(&self, head: &Head) -> Option<Response> {
        let path = head.uri.path();
        let below = |prefix: &str| path.strip_prefix(prefix)?.strip_prefix('/');
        let (folder, raw) = self.0.iter().find_map(|(prefix, folder)| Some((folder, below(prefix)?)))?;
        folder.answer(raw, head, Methods::NONE).await
    }
}
