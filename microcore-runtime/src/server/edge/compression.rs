//! Answers that take less room. In: a response that is there as a whole. Out: the same, gzipped, where that helps.
//!
//! A stream is left alone: it would be held back until a block is full.

use std::io::Write;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::header::{CONTENT_ENCODING, CONTENT_RANGE, CONTENT_TYPE, ETAG};
use http::{HeaderMap, HeaderValue};

use crate::request::{AcceptedCodings, GZIPPED};
use crate::response::{Content, Response, vary};

/// Shorter bodies fit into one packet anyhow.
const SHORTEST: usize = 1024;
/// Longer ones are compressed off the event loop.
const LONGEST_INLINE: usize = 64 * 1024;

/// Whether the client reads gzip.
pub(super) fn is_wanted(headers: &HeaderMap) -> bool {
    AcceptedCodings::of(headers).weight("gzip").is_some()
}

/// The bytes, where they are worth compressing.
fn compressible(response: &Response) -> Option<&Bytes> {
    let bytes = response.body().whole().filter(|bytes| bytes.len() >= SHORTEST)?;
    let headers = response.headers();
    let is_whole = !headers.contains_key(CONTENT_ENCODING) && !headers.contains_key(CONTENT_RANGE);
    let media_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    (is_whole && is_text(media_type)).then_some(bytes)
}

/// What others get compressed says so as it is, too: a cache must not give it to them. RFC 9110, 12.5.5.
pub(in crate::server) fn note_others(response: &mut Response) {
    if compressible(response).is_some() {
        vary(response.headers_mut(), "accept-encoding");
    }
}

/// Compresses the body.
pub(in crate::server) async fn compress(mut response: Response) -> Response {
    let Some(bytes) = compressible(&response).cloned() else { return response };
    let is_versioned = response.body().is_versioned();
    let compressed = if bytes.len() <= LONGEST_INLINE {
        gzip(&bytes)
    } else {
        tokio::task::spawn_blocking(move || gzip(&bytes)).await.unwrap_or_default()
    };
    let Some(compressed) = compressed else { return response };
    *response.body_mut() = Content::from(compressed);
    let headers = response.headers_mut();
    headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    vary(headers, "accept-encoding");
    // Another representation must not have the same strong validator. One that the server compares stays strong, so that a
    // change may name it: RFC 9110, 8.8.3.3.
    let other = match headers.get(ETAG).and_then(|tag| tag.to_str().ok()).filter(|tag| !tag.starts_with("W/")) {
        Some(tag) if is_versioned => tag.strip_suffix('"').map(|tag| format!("{tag}{GZIPPED}\"")),
        Some(tag) => Some(format!("W/{tag}")),
        None => None,
    };
    if let Some(other) = other.and_then(|tag| HeaderValue::from_str(&tag).ok()) {
        headers.insert(ETAG, other);
    }
    response
}

fn gzip(bytes: &Bytes) -> Option<Bytes> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 2), Compression::fast());
    encoder.write_all(bytes).ok()?;
    encoder.finish().ok().map(Bytes::from)
}

fn is_text(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    essence.starts_with("text/")
        || ["application/json", "application/javascript", "application/xml", "image/svg+xml"].contains(&essence)
        || essence.ends_with("+json")
        || essence.ends_with("+xml")
}
