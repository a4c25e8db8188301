//! A file as a reply: whole or a range of it, or nothing where the client has it.
//!
//! In: a path of ours and the request's headers. Out: 200, 206, 304, 412 or 416.

mod range;
mod version;

use std::borrow::Cow;
use std::fs::Metadata;
use std::io::{self, ErrorKind, SeekFrom};
use std::path::Path;

use futures_util::TryFutureExt;
use http::header::{ACCEPT_RANGES, CONTENT_DISPOSITION, CONTENT_RANGE, CONTENT_TYPE, ETAG, LAST_MODIFIED, RANGE};
use http::{HeaderMap, HeaderValue, StatusCode};
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio::task::spawn_blocking;
use tokio_util::io::ReaderStream;

use self::range::Wanted;
use self::version::{Due, Version};
use super::reply::{Reply, Special};
use super::special::with_header;
use super::{Content, Replies, ReplyForm, Response, disposition, empty, failure};
use crate::error::{Error, Kind, Result};

/// Read and sent at once.
const CHUNK: usize = 64 * 1024;

/// A file, with ranges, `etag` and `last-modified`.
///
/// The path is ours to choose: a name that a client sent leads anywhere.
///
/// ```
/// use http::HeaderMap;
/// use microcore_runtime::error::Result;
/// use microcore_runtime::response::SendFile;
///
/// async fn price_list(headers: &HeaderMap) -> Result<SendFile> {
///     Ok(SendFile::open("files/prices.pdf", headers).await?.attachment("prices of November.pdf"))
/// }
/// ```
#[derive(Debug)]
pub struct SendFile {
    file: File,
    length: u64,
    version: Version,
    media_type: Cow<'static, str>,
    wanted: Wanted,
    due: Due,
    disposition: Option<String>,
}

impl SendFile {
    /// Opens the file; 404 where there is none. `headers` are the request's, for its range and its conditions.
    pub async fn open(path: impl AsRef<Path>, headers: &HeaderMap) -> Result<Self> {
        let path = path.as_ref();
        let wanted = path.to_owned();
        // One turn of the blocking pool for all of it.
        let opened = spawn_blocking(move || open_file(&wanted)).await?;
        let (file, metadata) = match opened {
            Ok((file, metadata)) => (File::from_std(file), metadata),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                return Err(Error::not_found("file").with_source(error));
            }
            Err(error) => return Err(error.into()),
        };
        let media_type = media_type_of(path);
        Ok(Self::of(file, &metadata, media_type, None, headers))
    }

    /// Of an open file; `encoding` is how it is compressed.
    pub(crate) fn of(
        file: File,
        metadata: &Metadata,
        media_type: impl Into<Cow<'static, str>>,
        encoding: Option<&str>,
        headers: &HeaderMap,
    ) -> Self {
        let (length, version) = (metadata.len(), Version::of(metadata));
        let version = match encoding {
            Some(encoding) => version.encoded(encoding),
            None => version,
        };
        let range = headers.get(RANGE).and_then(|value| value.to_str().ok());
        let range = range.filter(|_| version.may_be_ranged(headers));
        let wanted = range.map_or(Wanted::Whole, |range| range::wanted(range, length));
        let due = version.due(headers);
        Self { file, length, version, media_type: media_type.into(), wanted, due, disposition: None }
    }

    /// Another media type than the one that the name's ending stands for.
    #[must_use]
    pub fn media_type(mut self, media_type: impl Into<Cow<'static, str>>) -> Self {
        self.media_type = media_type.into();
        self
    }

    /// To be saved by a browser, under this name: `content-disposition`, in any script.
    #[must_use]
    pub fn attachment(self, name: &str) -> Self {
        Self { disposition: Some(disposition::attachment(name)), ..self }
    }

    /// To be shown by a browser, and saved under this name where its user saves it.
    #[must_use]
    pub fn inline(self, name: &str) -> Self {
        Self { disposition: Some(disposition::inline(name)), ..self }
    }

    fn content(self) -> (StatusCode, Option<String>, Content) {
        let Self { mut file, length, wanted, .. } = self;
        match wanted {
            Wanted::Nothing => {
                (StatusCode::RANGE_NOT_SATISFIABLE, Some(format!("bytes */{length}")), Content::default())
            }
            Wanted::Whole => (StatusCode::OK, None, Content::sized(chunks(file, length), length)),
            Wanted::Part(part) => {
                let (first, last) = part.into_inner();
                let taken = last - first + 1;
                let range = Some(format!("bytes {first}-{last}/{length}"));
                // Sought when the first chunk is asked for, off the event loop like every read.
                let sought = async move {
                    file.seek(SeekFrom::Start(first)).await?;
                    Ok::<_, io::Error>(chunks(file, taken))
                };
                let stream = sought.try_flatten_stream();
                (StatusCode::PARTIAL_CONTENT, range, Content::sized(stream, taken))
            }
        }
    }
}

/// By the name's ending. Text is UTF-8: without a word about it, browsers guess.
pub(crate) fn media_type_of(path: &Path) -> &'static str {
    match mime_guess::from_path(path).first_raw() {
        Some("text/html") => "text/html; charset=utf-8",
        Some("text/css") => "text/css; charset=utf-8",
        Some("text/javascript") => "text/javascript; charset=utf-8",
        Some("text/plain") => "text/plain; charset=utf-8",
        Some(other) => other,
        None => "application/octet-stream",
    }
}

/// Opens what is a file, and nothing else: opening a pipe waits for somebody who writes, and may wait for ever.
pub(crate) fn open_file(path: &Path) -> io::Result<(std::fs::File, Metadata)> {
    if !std::fs::metadata(path)?.is_file() {
        return Err(ErrorKind::NotFound.into());
    }
    let file = std::fs::File::open(path)?;
    // Of what is open now: it may be a newer one.
    let metadata = file.metadata()?;
    Ok((file, metadata))
}

/// At most `length` bytes from where the file stands: it may have grown meanwhile.
fn chunks(file: File, length: u64) -> ReaderStream<tokio::io::Take<File>> {
    ReaderStream::with_capacity(file.take(length), CHUNK)
}

impl Reply<Special> for SendFile {
    const FORM: ReplyForm = ReplyForm::File;

    fn into_response<S: Replies>(self, _: StatusCode) -> Response {
        let (etag, modified) = (self.version.etag.clone(), self.version.modified);
        let mut response = match self.due {
            Due::Nothing => empty(StatusCode::NOT_MODIFIED),
            Due::Refusal => failure(Error::of(Kind::PreconditionFailed, "there is another version of the file")),
            Due::Content => {
                let media_type = self.media_type.clone();
                let disposition = self.disposition.clone();
                let (status, range, content) = self.content();
                let mut response = Response::new(content);
                *response.status_mut() = status;
                if let Some(range) = range {
                    response = with_header(response, CONTENT_RANGE, &range);
                }
                if let Some(disposition) = disposition {
                    response = with_header(response, CONTENT_DISPOSITION, &disposition);
                }
                with_header(response, CONTENT_TYPE, &media_type)
            }
        };
        response.headers_mut().insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
        response = with_header(response, ETAG, &etag);
        match modified {
            Some(modified) => with_header(response, LAST_MODIFIED, &httpdate::fmt_http_date(modified)),
            None => response,
        }
    }
}
