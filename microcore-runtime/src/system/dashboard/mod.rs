//! The dashboard's own files. In: the head of a request below `/system`. Out: the page, or one of its files.
//!
//! The files are written by hand and served as they are; nothing builds them. What they import by a bare name is named by
//! its file instead, because the page has no import map: that would be a script in the page, which its policy forbids.
//! They lie below a path that has their hash in it, so a browser keeps them for ever and never mixes two versions.

use std::io::Write as _;
use std::sync::LazyLock;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::header::{CACHE_CONTROL, CONTENT_ENCODING, ETAG, IF_NONE_MATCH, VARY};
use http::{HeaderValue, Method, StatusCode};
use sha2::{Digest as _, Sha256};

use crate::request::{AcceptedCodings, Head};
use crate::response::{Media, Response, empty, reply};
use crate::router::{Methods, method_not_allowed};

/// Where the files are.
const FILES_BELOW: &str = "/system/page/";
/// Where the page is.
const PAGE: &str = "/system/";

macro_rules! files {
    ($($name:literal),* $(,)?) => { &[$(($name, include_bytes!(concat!("files/", $name)))),*] };
}

/// Every file but the page itself.
const FILES: &[(&str, &[u8])] = files![
    "app.js",
    "base.js",
    "live.js",
    "parts.js",
    "theme.js",
    "style.css",
    "pages/now.js",
    "pages/map.js",
    "pages/flow.js",
    "pages/requests.js",
    "pages/request.js",
    "pages/errors.js",
    "pages/fleet.js",
    "pages/logs.js",
    "pages/row.js",
    "pages/plugins.js",
    "pages/queues.js",
    "pages/schedule.js",
    "pages/database.js",
    "pages/settings.js",
    "pages/sidecars.js",
    "vendor/preact.mjs",
    "vendor/hooks.mjs",
    "vendor/htm.module.js",
];

/// The page, with `{files}` for where they are.
const INDEX: &str = include_str!("files/index.html");

/// A file as it is sent.
struct Packed {
    name: &'static str,
    media_type: &'static str,
    plain: Bytes,
    gzip: Bytes,
}

/// All files, made ready by the first who asks.
struct Parcel {
    /// Of all of them.
    hash: String,
    index: Packed,
    files: Vec<Packed>,
}

static PARCEL: LazyLock<Parcel> = LazyLock::new(|| {
    let mut all = Sha256::new();
    all.update(INDEX);
    for (name, bytes) in FILES {
        all.update(name);
        all.update(bytes);
    }
    // Half of that is more than enough to tell two versions apart.
    let (half, _) = all.finalize().into_iter().fold((0, 0), |(hash, place), byte| match place {
        0..16 => (hash << 8 | u128::from(byte), place + 1),
        _ => (hash, place + 1),
    });
    let hash = format!("{half:032x}");
    let files = FILES.iter().map(|&(name, bytes)| Packed::of(name, served(name, bytes))).collect();
    let index = Packed::of("index.html", INDEX.replace("{files}", &format!("page/{hash}")).into());
    Parcel { hash, index, files }
});

/// A library's own import names a package; the file of that package is beside it.
fn served(name: &str, bytes: &'static [u8]) -> Bytes {
    if !name.starts_with("vendor/") {
        return Bytes::from_static(bytes);
    }
    let text = String::from_utf8_lossy(bytes);
    // Their source maps are not served.
    let code = text.lines().filter(|line| !line.starts_with("//# sourceMappingURL=")).collect::<Vec<_>>().join("\n");
    code.replace("from\"preact\"", "from\"./preact.mjs\"").into()
}

/// The answer, where the path is one of the dashboard's.
pub(super) fn answer(head: &Head) -> Option<Response> {
    let path = head.uri.path();
    if path != PAGE && !path.starts_with(FILES_BELOW) {
        return None;
    }
    let parcel = &*PARCEL;
    let (file, caching) = match path.strip_prefix(FILES_BELOW) {
        None => (&parcel.index, "no-cache"),
        Some(rest) => {
            // An old page that is still open asks for files that are gone.
            let name = rest.strip_prefix(parcel.hash.as_str())?.strip_prefix('/')?;
            (parcel.files.iter().find(|file| file.name == name)?, "private, max-age=31536000, immutable")
        }
    };
    if !matches!(head.method, Method::GET | Method::HEAD) {
        return Some(method_not_allowed(head, Methods::GET));
    }
    Some(file.respond(head, &parcel.hash, caching))
}

impl Packed {
    fn of(name: &'static str, plain: Bytes) -> Self {
        let media_type = match name.rsplit('.').next() {
            Some("css") => "text/css; charset=utf-8",
            Some("html") => "text/html; charset=utf-8",
            _ => "text/javascript; charset=utf-8",
        };
        let mut packer = GzEncoder::new(Vec::new(), Compression::best());
        // Writing to memory can't fail.
        let gzip = packer.write_all(&plain).and_then(|()| packer.finish()).unwrap_or_default();
        Self { name, media_type, plain, gzip: gzip.into() }
    }

    fn respond(&self, head: &Head, hash: &str, caching: &'static str) -> Response {
        let is_packed = AcceptedCodings::of(&head.headers).weight("gzip").is_some();
        let etag = format!("\"{hash}-{}{}\"", self.name, if is_packed { "-gzip" } else { "" });
        let known = head.headers.get_all(IF_NONE_MATCH).into_iter().filter_map(|line| line.to_str().ok());
        let is_known = known.flat_map(|line| line.split(',')).any(|tag| tag.trim().trim_start_matches("W/") == etag);
        let mut response = if is_known {
            empty(StatusCode::NOT_MODIFIED)
        } else {
            let bytes = if is_packed { &self.gzip } else { &self.plain };
            reply(200, Media::new(self.media_type, bytes.clone()))
        };
        let headers = response.headers_mut();
        if is_packed && !is_known {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        if let Ok(etag) = HeaderValue::from_str(&etag) {
            headers.insert(ETAG, etag);
        }
        headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static(caching));
        response
    }
}

/// A path of each file, for those who try them all.
#[cfg(test)]
pub(super) fn paths() -> Vec<String> {
    let files = PARCEL.files.iter().map(|file| format!("{FILES_BELOW}{}/{}", PARCEL.hash, file.name));
    files.chain([PAGE.to_owned()]).collect()
}

#[cfg(test)]
mod tests;
