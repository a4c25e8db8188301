//! Folders of files below paths that no route has. In: the head of a request. Out: the file, or nothing: what may not be
//! served answers as what is not there.

mod name;

use std::fs::Metadata;
use std::path::{Path, PathBuf};

use http::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_ENCODING, VARY};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use tokio::fs::{self, File};

use super::ServerSettings;
use crate::request::Head;
use crate::response::{Reply, Response, SendFile};
use crate::settings::Problems;

/// The folders that one server serves.
#[derive(Debug)]
pub(super) struct Folders {
    mounts: Vec<Mount>,
    /// `None` for every ending.
    endings: Option<Vec<String>>,
    /// Whether a page of an application in the browser is answered with the mount's index.
    is_page: bool,
}

/// One folder below one path.
#[derive(Debug)]
struct Mount {
    /// Without a slash at its end; empty for the root.
    prefix: String,
    /// Without links, so that what leads out of it can be told.
    folder: PathBuf,
}

impl Folders {
    /// `None` where the settings name no folder; the problem where one is no folder.
    pub(super) fn of(settings: &ServerSettings) -> Result<Option<Self>, Problems> {
        let (mut mounts, mut problems) = (Vec::new(), Problems::default());
        for pair in settings.static_folders.as_deref().unwrap_or_default() {
            let parts = pair.split_once('=').filter(|(prefix, _)| prefix.starts_with('/'));
            let folder = parts.map(|(prefix, folder)| (prefix, std::fs::canonicalize(folder)));
            match folder {
                Some((prefix, Ok(folder))) if folder.is_dir() => {
                    mounts.push(Mount { prefix: prefix.trim_end_matches('/').to_owned(), folder });
                }
                Some(_) => problems.add("HTTP_STATIC", format!("`{pair}` must name a folder that is there")),
                None => problems.add("HTTP_STATIC", format!("`{pair}` must be a path and a folder: /assets=public")),
            }
        }
        problems.into_result()?;
        // The longest prefix first: `/` must not hide `/assets`.
        mounts.sort_by_key(|mount| std::cmp::Reverse(mount.prefix.len()));
        let endings = settings.static_endings.clone();
        let endings = endings.unwrap_or_else(|| name::ENDINGS.map(str::to_owned).to_vec());
        let endings = (!endings.iter().any(|ending| ending == "*")).then_some(endings);
        Ok((!mounts.is_empty()).then_some(Self { mounts, endings, is_page: settings.static_pages }))
    }

    /// The answer, where there is such a file.
    pub(super) async fn answer(&self, head: &Head) -> Option<Response> {
        if !matches!(head.method, Method::GET | Method::HEAD) {
            return None;
        }
        let path = head.uri.path();
        let below = |mount: &Mount| -> Option<String> {
            let rest = path.strip_prefix(mount.prefix.as_str())?;
            rest.strip_prefix('/').map(str::to_owned)
        };
        let (mount, raw) = self.mounts.iter().find_map(|mount| Some((mount, below(mount)?)))?;
        let relative = name::relative(&raw)?;
        if let Some(found) = self.find(mount, &relative).await {
            return Some(found.send(&head.headers).await);
        }
        let wants_page = head
            .headers
            .get(ACCEPT)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|text| text.contains("text/html"));
        // A page of the browser's own routing has no ending; a missing script must stay missing.
        if self.is_page && wants_page && relative.extension().is_none() {
            return Some(self.find(mount, Path::new("index.html")).await?.send(&head.headers).await);
        }
        None
    }

    async fn find(&self, mount: &Mount, relative: &Path) -> Option<Found> {
        let mut path = mount.folder.join(relative);
        if fs::metadata(&path).await.ok()?.is_dir() {
            path.push("index.html");
        }
        if !self.is_allowed(relative, &path) {
            return None;
        }
        let found = Found::open(&path, &mount.folder).await?;
        Some(found)
    }

    /// Below `.well-known` names have no endings by custom.
    fn is_allowed(&self, relative: &Path, path: &Path) -> bool {
        let Some(endings) = &self.endings else { return true };
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_ascii_lowercase();
        relative.starts_with(".well-known") || endings.contains(&ending)
    }
}

/// A file that may be served.
struct Found {
    path: PathBuf,
    folder: PathBuf,
    file: File,
    metadata: Metadata,
}

impl Found {
    /// `None` where it is no file, or where a link leads out of the folder.
    async fn open(path: &Path, folder: &Path) -> Option<Self> {
        let path = fs::canonicalize(path).await.ok()?;
        if !path.starts_with(folder) {
            return None;
        }
        let file = File::open(&path).await.ok()?;
        let metadata = file.metadata().await.ok()?;
        metadata.is_file().then_some(Self { path, folder: folder.to_owned(), file, metadata })
    }

    /// The file, or its compressed twin beside it where the client reads that.
    async fn send(self, headers: &HeaderMap) -> Response {
        let media_type = mime_guess::from_path(&self.path).first_raw().unwrap_or("application/octet-stream");
        let accepted = headers.get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let accepts = |wanted: &str| {
            accepted.split(',').any(|one| {
                let (name, quality) = one.split_once(';').unwrap_or((one, ""));
                name.trim() == wanted && quality.trim().trim_start_matches("q=").parse() != Ok(0.0_f32)
            })
        };
        for (encoding, ending) in [("br", "br"), ("gzip", "gz")] {
            let mut twin = self.path.clone().into_os_string();
            twin.push(format!(".{ending}"));
            if accepts(encoding)
                && let Some(twin) = Self::open(Path::new(&twin), &self.folder).await
            {
                let reply = SendFile::of(twin.file, &twin.metadata, media_type, Some(encoding), headers);
                let mut response = vary(reply.into_response(StatusCode::OK));
                response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
                return response;
            }
        }
        vary(SendFile::of(self.file, &self.metadata, media_type, None, headers).into_response(StatusCode::OK))
    }
}

/// A cache must not give one client's encoding to another.
fn vary(mut response: Response) -> Response {
    response.headers_mut().append(VARY, HeaderValue::from_static("accept-encoding"));
    response
}
