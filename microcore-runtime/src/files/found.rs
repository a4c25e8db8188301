//! A file below a folder. In: its path and the request's headers. Out: the file, or its compressed twin.

use std::fs::Metadata;
use std::path::{Path, PathBuf};

use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, VARY};
use http::{HeaderMap, HeaderValue, StatusCode};
use tokio::fs::File;
use tokio::task::spawn_blocking;

use crate::response::{Reply, Response, SendFile, open_file};

/// A file that may be served.
pub(super) struct Found {
    path: PathBuf,
    folder: PathBuf,
    file: File,
    metadata: Metadata,
}

impl Found {
    /// `None` where it is no file, or where a link leads out of the folder.
    pub(super) async fn open(path: &Path, folder: &Path) -> Option<Self> {
        let (path, folder) = (path.to_owned(), folder.to_owned());
        // One turn of the blocking pool for all of it.
        let opened = spawn_blocking(move || {
            let path = std::fs::canonicalize(path).ok()?;
            if !path.starts_with(&folder) {
                return None;
            }
            let (file, metadata) = open_file(&path).ok()?;
            Some(Self { path, folder, file: File::from_std(file), metadata })
        });
        opened.await.ok().flatten()
    }

    /// The file, or its compressed twin beside it where the client reads that.
    pub(super) async fn send(self, headers: &HeaderMap) -> Response {
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
