//! A file below a folder. In: its path and the request's headers. Out: the file, or its compressed twin.

use std::cmp::Ordering;
use std::fs::Metadata;
use std::path::{Path, PathBuf};

use http::header::CONTENT_ENCODING;
use http::{HeaderMap, HeaderValue};
use tokio::fs::File;
use tokio::task::spawn_blocking;

use crate::request::AcceptedCodings;
use crate::response::{Response, SendFile, media_type_of, open_file, reply, vary};

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

    /// Whether browsers show it as a page.
    pub(super) fn is_page(&self) -> bool {
        media_type_of(&self.path).starts_with("text/html")
    }

    /// The file, or its compressed twin beside it where the client reads that.
    pub(super) async fn send(self, headers: &HeaderMap) -> Response {
        let media_type = media_type_of(&self.path);
        let accepted = AcceptedCodings::of(headers);
        let mut codings =
            [("br", "br"), ("gzip", "gz")].map(|(coding, ending)| (accepted.weight(coding), coding, ending));
        // The one that the client likes best goes first; of equals, the one that takes less room.
        codings.sort_by(|(one, ..), (other, ..)| other.partial_cmp(one).unwrap_or(Ordering::Equal));
        for (weight, encoding, ending) in codings {
            let mut twin = self.path.clone().into_os_string();
            twin.push(format!(".{ending}"));
            if weight.is_some()
                && let Some(twin) = Self::open(Path::new(&twin), &self.folder).await
            {
                let file = SendFile::of(twin.file, &twin.metadata, media_type, Some(encoding), headers);
                let mut response = varied(reply(200, file));
                response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
                return response;
            }
        }
        varied(reply(200, SendFile::of(self.file, &self.metadata, media_type, None, headers)))
    }
}

/// A cache must not give one client's encoding to another.
fn varied(mut response: Response) -> Response {
    vary(response.headers_mut(), "accept-encoding");
    response
}
