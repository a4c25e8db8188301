//! A file of the page `/docs`, sent as it is packed in the archive of the crate that brings it.
//!
//! In: the archive, whose entries are deflated, and a request. Out: the same bytes as gzip, which is their frame; a
//! client that reads no gzip has them unpacked; one that has the version is told so.

use std::io::Read;

use bytes::{BufMut, Bytes, BytesMut};
use flate2::read::DeflateDecoder;
use http::header::{CACHE_CONTROL, CONTENT_ENCODING, ETAG, IF_NONE_MATCH, VARY};
use http::{HeaderMap, HeaderValue, StatusCode};

use crate::request::AcceptedCodings;
use crate::response::{Media, Response, empty, reply};

/// A file of the archive.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asset {
    deflated: &'static [u8],
    checksum: u32,
    length: u32,
}

/// How an entry is packed: RFC 1951.
const DEFLATED: u16 = 8;

impl Asset {
    /// The first file whose path ends so.
    pub(super) fn find(archive: &'static [u8], ending: &str) -> Option<Self> {
        let end = archive.windows(4).rposition(|bytes| bytes == b"PK\x05\x06")?;
        let mut at = long(archive, end + 16)? as usize;
        // The directory: a record per file, each as long as its names.
        while archive.get(at..at + 4)? == b"PK\x01\x02" {
            let [name, extra, comment] = [at + 28, at + 30, at + 32].map(|at| short(archive, at).map(usize::from));
            let path = archive.get(at + 46..at + 46 + name?)?;
            if path.ends_with(ending.as_bytes()) {
                return Self::at(archive, at);
            }
            at += 46 + name? + extra? + comment?;
        }
        None
    }

    fn at(archive: &'static [u8], record: usize) -> Option<Self> {
        let (checksum, packed, length) =
            (long(archive, record + 16)?, long(archive, record + 20)? as usize, long(archive, record + 24)?);
        let head = long(archive, record + 42)? as usize;
        let begin = head + 30 + usize::from(short(archive, head + 26)?) + usize::from(short(archive, head + 28)?);
        let deflated = archive.get(begin..begin + packed)?;
        (short(archive, record + 10)? == DEFLATED).then_some(Self { deflated, checksum, length })
    }

    /// The answer to who asks for it.
    pub(super) async fn respond(self, media_type: &'static str, headers: &HeaderMap) -> Option<Response> {
        let gzip = AcceptedCodings::of(headers).weight("gzip").is_some();
        let etag = format!("\"{:x}-{:x}{}\"", self.checksum, self.length, if gzip { "-gzip" } else { "" });
        let mut response = if is_known(headers, &etag) {
            empty(StatusCode::NOT_MODIFIED)
        } else {
            // Unpacked off the event loop; most clients read gzip.
            let bytes =
                if gzip { self.gzip() } else { tokio::task::spawn_blocking(move || self.plain()).await.ok()?? };
            let mut response = reply(200, Media::new(media_type, bytes));
            if gzip {
                response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            }
            response
        };
        let headers = response.headers_mut();
        headers.insert(ETAG, HeaderValue::from_str(&etag).ok()?);
        headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        Some(response)
    }

    /// RFC 1952: a head, the deflated bytes, checksum and length.
    fn gzip(self) -> Bytes {
        let mut bytes = BytesMut::with_capacity(self.deflated.len() + 18);
        bytes.put_slice(&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
        bytes.put_slice(self.deflated);
        bytes.put_u32_le(self.checksum);
        bytes.put_u32_le(self.length);
        bytes.freeze()
    }

    fn plain(self) -> Option<Bytes> {
        let mut bytes = Vec::with_capacity(self.length as usize);
        DeflateDecoder::new(self.deflated).read_to_end(&mut bytes).ok()?;
        Some(bytes.into())
    }
}

fn is_known(headers: &HeaderMap, etag: &str) -> bool {
    let lines = headers.get_all(IF_NONE_MATCH).into_iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).map(str::trim).any(|tag| tag == "*" || tag.trim_start_matches("W/") == etag)
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn long(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use flate2::read::GzDecoder;
    use http_body_util::BodyExt as _;
    use utoipa_swagger_ui_vendored::SWAGGER_UI_VENDORED as ARCHIVE;

    use super::*;

    async fn body(response: Response) -> Vec<u8> {
        response.into_body().collect().await.unwrap().to_bytes().to_vec()
    }

    #[tokio::test]
    async fn an_asset_is_sent_packed_or_unpacked_and_once_per_version() {
        let asset = Asset::find(ARCHIVE, "/dist/swagger-ui.css").unwrap();
        let ask = |pairs: &[(&'static str, &str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in pairs {
                headers.insert(*name, value.parse().unwrap());
            }
            headers
        };
        let plain = asset.respond("text/css", &ask(&[])).await.unwrap();
        assert!(plain.headers().get("content-encoding").is_none());
        let packed = asset.respond("text/css", &ask(&[("accept-encoding", "gzip")])).await.unwrap();
        assert_eq!(
            (&packed.headers()["content-encoding"], &packed.headers()["vary"]),
            (&"gzip".parse().unwrap(), &"accept-encoding".parse().unwrap())
        );
        let etag = packed.headers()["etag"].to_str().unwrap().to_owned();
        assert_ne!(plain.headers()["etag"], etag.as_str(), "other bytes are another version");
        let (plain, packed) = (body(plain).await, body(packed).await);
        let mut unpacked = Vec::new();
        // The checksum is read too.
        GzDecoder::new(packed.as_slice()).read_to_end(&mut unpacked).unwrap();
        assert!(unpacked == plain && packed.len() * 3 < plain.len(), "{} of {}", packed.len(), plain.len());
        let known =
            asset.respond("text/css", &ask(&[("accept-encoding", "gzip"), ("if-none-match", &etag)])).await.unwrap();
        assert_eq!((known.status(), &known.headers()["etag"]), (StatusCode::NOT_MODIFIED, &etag.parse().unwrap()));
        assert!(body(known).await.is_empty());
        assert!(Asset::find(ARCHIVE, "/dist/swagger-ui-bundle.js").is_some());
        assert!(Asset::find(ARCHIVE, "/dist/nothing").is_none() && Asset::find(b"no archive", "x").is_none());
    }
}
