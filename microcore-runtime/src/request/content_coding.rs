//! How a body is coded on its way, and that none is undone here. In: the headers. Out: 415 with what to do instead.

use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING};
use http::{HeaderMap, HeaderValue};

use crate::error::{Error, Kind};
use crate::response::{Response, failure};

/// Whether a body must be decoded before it is what it says it is: RFC 9110, 8.4. The header is a list of codings, whose
/// names ignore case; `identity` is the one that changes nothing.
pub(super) fn is_coded(headers: &HeaderMap) -> bool {
    let lines = headers.get_all(CONTENT_ENCODING).into_iter();
    let mut codings = lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b',')).map(<[u8]>::trim_ascii);
    codings.any(|coding| !coding.is_empty() && !coding.eq_ignore_ascii_case(b"identity"))
}

/// 415, which says that it is about the coding and not about the media type: RFC 9110, 12.5.3.
pub(super) fn refusal() -> Response {
    let said = "the body must be sent without `content-encoding`";
    let mut response = failure(Error::of(Kind::UnsupportedMediaType, said));
    response.headers_mut().insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    response
}
