//! What goes back: a status, headers and bytes.

mod content;
mod cookie;
mod disposition;
mod failure;
mod file;
mod form;
mod replies;
mod reply;
mod room;
mod special;
mod streamed;
mod vary;
mod versioned;
mod with;
mod writing;
mod written;

use std::mem;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};

pub use self::content::Content;
pub(crate) use self::content::LONGEST_PART;
pub use self::cookie::{Cookie, CookieBuilder, SameSite};

pub use self::failure::failure;
pub(crate) use self::failure::failure_of;
pub use self::file::SendFile;
pub(crate) use self::file::{media_type_of, open_file};
pub use self::form::ReplyForm;
pub use self::replies::{Enveloped, Failure, Plain, Replies, ReplyFunctions};
pub(crate) use self::replies::{adopt, spoken};
pub use self::reply::{Fallible, Json, Reply, Replying, Special, reply, replying, schema_of, takes_media};
use self::room::make_room;
pub(crate) use self::room::recycle;
pub use self::special::{Created, Media, NoContent, Redirect};
pub use self::streamed::Streamed;
pub(crate) use self::vary::vary;
pub use self::versioned::Versioned;
pub(crate) use self::versioned::compare;
pub(crate) use self::with::is_final;
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

/// A response of its own, for whoever has no place for one.
fn filled(answer: impl FnOnce(&mut Response)) -> Response {
    let mut response = Response::default();
    answer(&mut response);
    response
}

/// Bytes that are there, of a media type, into an empty response.
#[inline]
fn fill(response: &mut Response, status: StatusCode, media_type: HeaderValue, bytes: Bytes) {
    *response.status_mut() = status;
    if response.headers().capacity() == 0 {
        make_room(response.headers_mut());
    }
    response.headers_mut().insert(CONTENT_TYPE, media_type);
    let empty = mem::replace(response.body_mut(), Content::from(bytes));
    debug_assert!(empty.is_empty(), "a response is answered once");
    // It holds nothing, which dropping it would find out at length.
    mem::forget(empty);
}
