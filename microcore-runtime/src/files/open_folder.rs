//! A folder that is there. In: what stands behind its path in a request. Out: the file, or nothing: what may not be served
//! answers as what is not there.

use std::io;
use std::path::{Path, PathBuf};

use http::header::{ACCEPT, CACHE_CONTROL};
use http::{HeaderMap, HeaderValue, Method};
use tokio::fs;

use super::found::Found;
use super::name;
use crate::request::Head;
use crate::response::{Redirect, Response, reply};
use crate::router::{Methods, method_not_allowed};

/// A folder whose files are served.
#[derive(Debug)]
pub(crate) struct OpenFolder {
    /// Without links, so that what leads out of it can be told.
    root: PathBuf,
    /// `None` for every ending.
    endings: Option<Vec<String>>,
    /// Whether a page of an application in the browser is answered with the folder's index.
    pages: bool,
    /// What caches are told about its files.
    cache: Option<HeaderValue>,
}

impl OpenFolder {
    /// `endings` are those that are served, `*` every one; without them, what pages are made of.
    pub(crate) fn open(folder: &Path, endings: Option<&[impl AsRef<str>]>, pages: bool) -> io::Result<Self> {
        let root = std::fs::canonicalize(folder)?;
        if !root.is_dir() {
            return Err(io::ErrorKind::NotADirectory.into());
        }
        let endings: Vec<String> = match endings {
            Some(endings) => endings.iter().map(|ending| ending.as_ref().to_owned()).collect(),
            None => name::ENDINGS.map(str::to_owned).to_vec(),
        };
        let endings = (!endings.iter().any(|ending| ending == "*")).then_some(endings);
        Ok(Self { root, endings, pages, cache: None })
    }

    /// With what caches are told about its files.
    pub(crate) fn cached(self, control: Option<&str>) -> io::Result<Self> {
        let cache = control.map(HeaderValue::from_str).transpose();
        let cache = cache.map_err(|_| io::Error::other(format!("{control:?} can't be the header `cache-control`")))?;
        Ok(Self { cache, ..self })
    }

    /// Sends a file of it.
    async fn send(&self, found: Found, headers: &HeaderMap) -> Response {
        let is_page = self.pages && found.is_page();
        let mut response = found.send(headers).await;
        // Nothing is told of a refusal.
        if let Some(cache) = self.cache.as_ref().filter(|_| response.status().as_u16() < 400) {
            let cache = if is_page { &HeaderValue::from_static("no-cache") } else { cache };
            response.headers_mut().insert(CACHE_CONTROL, cache.clone());
        }
        response
    }

    /// The answer, where there is such a file. `raw` is not decoded yet; `allowed` is what routes have the path for.
    pub(crate) async fn answer(&self, raw: &str, head: &Head, allowed: Methods) -> Option<Response> {
        let relative = name::relative(raw)?;
        // A slash at the end is that of a folder: a file has none.
        let found = self.find(&relative).await.filter(|(_, is_index)| *is_index || !raw.ends_with('/'));
        if !matches!(head.method, Method::GET | Method::HEAD) {
            return found.map(|_| method_not_allowed(head, allowed.and(Methods::GET)));
        }
        if let Some((found, is_index)) = found {
            return Some(if is_index && !head.uri.path().ends_with('/') {
                to_slash(head)
            } else {
                self.send(found, &head.headers).await
            });
        }
        // A page of the browser's own routing may have a name with a dot in it; a missing script must stay missing.
        if self.pages && wants_page(&head.headers) && !self.serves(&relative) {
            let (index, _) = self.find(Path::new("index.html")).await?;
            return Some(self.send(index, &head.headers).await);
        }
        None
    }

    /// The file, and whether it is the index of the folder that was asked for.
    async fn find(&self, relative: &Path) -> Option<(Found, bool)> {
        let mut path = self.root.join(relative);
        let is_folder = fs::metadata(&path).await.ok()?.is_dir();
        if is_folder {
            path.push("index.html");
        }
        if !self.is_allowed(relative, &path) {
            return None;
        }
        Some((Found::open(&path, &self.root).await?, is_folder))
    }

    /// Whether files of that ending are served from here. Where all are, what pages are made of is what would be missed.
    fn serves(&self, relative: &Path) -> bool {
        let ending = ending(relative);
        match &self.endings {
            Some(endings) => endings.contains(&ending),
            None => name::ENDINGS.contains(&ending.as_str()),
        }
    }

    /// Below `.well-known` names have no endings by custom.
    fn is_allowed(&self, relative: &Path, path: &Path) -> bool {
        let Some(endings) = &self.endings else { return true };
        relative.starts_with(".well-known") || endings.contains(&ending(path))
    }
}

fn ending(path: &Path) -> String {
    path.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_ascii_lowercase()
}

/// Whether a browser wants to show what it asks for: scripts and the like are asked for with `*/*`.
fn wants_page(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(ACCEPT).into_iter().filter_map(|value| value.to_str().ok());
    accepted.flat_map(|text| text.split(',')).any(|one| {
        let mut parts = one.split(';').map(str::trim);
        let is_page = parts.next().is_some_and(|media| media.eq_ignore_ascii_case("text/html"));
        // RFC 9110, 12.4.2: no weight is not wanted.
        is_page
            && !parts.any(|part| {
                part.strip_prefix(['q', 'Q']).is_some_and(|weight| {
                    weight.trim_start().strip_prefix('=').and_then(|weight| weight.trim().parse().ok()) == Some(0.0_f32)
                })
            })
    })
}

/// The links of a page begin at its last slash, so a folder has one. As seen from where the browser is: a proxy may know
/// the folder under another path.
fn to_slash(head: &Head) -> Response {
    let name = head.uri.path().rsplit('/').next().unwrap_or_default();
    let query = head.uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    reply(308, Redirect::permanent(format!("{name}/{query}")))
}
