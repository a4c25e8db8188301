//! The folders that the settings name, below paths that no route has. In: the head of a request. Out: the file, or
//! nothing.

use std::path::Path;

use http::HeaderValue;

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
    /// `None` where the settings name no folder; the problems where one is no folder, or two share a path.
    pub(super) fn of(settings: &ServerSettings) -> Result<Option<Self>, Problems> {
        let (mut folders, mut problems) = (Vec::new(), Problems::default());
        let (endings, pages) = (settings.static_endings.as_deref(), settings.static_pages);
        let cache = settings.static_cache.as_deref();
        if cache.is_some_and(|control| HeaderValue::from_str(control).is_err()) {
            problems.add("HTTP_STATIC_CACHE", "must be the value of a header: one line of plain text");
            return problems.into_result().map(|()| None);
        }
        for pair in settings.static_folders.as_deref().unwrap_or_default() {
            let Some((path, folder)) = pair.split_once('=').filter(|(path, _)| is_path(path)) else {
                problems.add("HTTP_STATIC", format!("`{pair}` must be a path and a folder: /assets=public"));
                continue;
            };
            let path = path.trim_end_matches('/').to_owned();
            if folders.iter().any(|(known, _)| *known == path) {
                problems.add("HTTP_STATIC", format!("`{pair}` must have a path of its own: `{path}/` has a folder"));
                continue;
            }
            match OpenFolder::open(Path::new(folder), endings, pages).and_then(|folder| folder.cached(cache)) {
                Ok(folder) => folders.push((path, folder)),
                Err(error) => {
                    problems.add("HTTP_STATIC", format!("`{pair}` must name a folder that is there: {error}"));
                }
            }
        }
        let is_ending = |ending: &str| {
            ending == "*" || ending.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        };
        if let Some(wrong) = endings.unwrap_or_default().iter().find(|ending| !is_ending(ending)) {
            let said = format!("must be endings in lower case and without the dot, such as css,html, not `{wrong}`");
            problems.add("HTTP_STATIC_ENDINGS", said);
        }
        problems.into_result()?;
        // The longest path first: `/` must not hide `/assets`.
        folders.sort_by_key(|(prefix, _)| std::cmp::Reverse(prefix.len()));
        Ok((!folders.is_empty()).then_some(Self(folders)))
    }

    /// The answer, where there is such a file.
    pub(super) async fn answer(&self, head: &Head) -> Option<Response> {
        let path = head.uri.path();
        // Without its slash a folder sends to there.
        let below = |prefix: &str| match path.strip_prefix(prefix)? {
            "" => Some(""),
            left => left.strip_prefix('/'),
        };
        let (folder, raw) = self.0.iter().find_map(|(prefix, folder)| Some((folder, below(prefix)?)))?;
        folder.answer(raw, head, Methods::NONE).await
    }
}

/// Whether a request can have it: segments as they stand in a URL, RFC 3986, 3.3, of a kind that can stand first in a
/// relative one.
fn is_path(text: &str) -> bool {
    let is_sign = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+;@%/".contains(&byte);
    text.starts_with('/') && !text.contains("//") && text.bytes().all(is_sign)
}
