//! What goes back: a status, headers and bytes.

mod envelope;
mod failure;
mod reply;
mod special;
mod written;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};
use http_body_util::Full;

pub use self::failure::failure;
pub(crate) use self::failure::failure_of;
pub use self::reply::{Fallible, Json, Reply, Special, reply, schema_of, shape};
pub use self::special::{Created, Media, NoContent, Redirect};
pub use self::written::Written;

/// A response.
pub type Response = http::Response<Full<Bytes>>;

/// A response without a body.
pub(crate) fn empty(status: StatusCode) -> Response {
    let mut response = Response::default();
    *response.status_mut() = status;
    response
}

fn with_json(status: StatusCode, bytes: Bytes) -> Response {
    let mut response = Response::new(Full::new(bytes));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
