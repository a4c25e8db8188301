//! What goes back: a status, headers and bytes.

mod content;
mod envelope;
mod failure;
mod file;
mod reply;
mod room;
mod special;
mod streamed;
mod with;
mod written;

use std::mem;

use bytes::Bytes;
pub use cookie::{Cookie, SameSite};
use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};

pub use self::content::Content;
pub(crate) use self::content::LONGEST_PART;

pub use self::failure::failure;
pub(crate) use self::failure::failure_of;
pub use self::file::SendFile;
pub(crate) use self::file::{media_type_of, open_file};
pub use self::reply::{Fallible, Json, Reply, Replying, Special, reply, replying, schema_of};
use self::room::headers;
pub(crate) use self::room::recycle;
pub use self::special::{Created, Media, NoContent, Redirect};
pub use self::streamed::Streamed;
pub use self::with::{Dressed, With};
pub use self::written::Written;

/// A response.
pub type Response = http::Response<Content>;

/// A response without a body.
pub(crate) fn empty(status: StatusCode) -> Response {
    let mut response = Response::default();
    *response.status_mut() = status;
    response
}

fn with_json(status: StatusCode, bytes: Bytes) -> Response {
    with_content(status, const { HeaderValue::from_static("application/json") }, bytes)
}

/// Bytes that are there, of a media type.
fn with_content(status: StatusCode, media_type: HeaderValue, bytes: Bytes) -> Response {
    let mut response = Response::new(Content::from(bytes));
    *response.status_mut() = status;
    let unused = mem::replace(response.headers_mut(), headers());
    // It has no room and needs none given back, which dropping it would find out at length.
    mem::forget(unused);
    response.headers_mut().insert(CONTENT_TYPE, media_type);
    response
}
