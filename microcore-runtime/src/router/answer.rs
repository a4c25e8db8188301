//! The answers where no handler is called. Out: a response in the envelope.

use http::header::ALLOW;
use http::{HeaderValue, Method, StatusCode};

use crate::error::{Error, Kind};
use crate::plugin::Down;
use crate::request::Head;
use crate::response::{Response, empty, failure};

/// 404: no route has this path.
pub fn not_found(head: &Head) -> Response {
    failure(Error::not_found(format_args!("{} {}", head.method, head.uri.path())))
}

/// 405: a route has this path, for the methods in `allow`: `GET, HEAD, POST`. OPTIONS asks for that very list.
pub fn method_not_allowed(head: &Head, allow: &'static str) -> Response {
    if head.method == Method::OPTIONS {
        return options(allow);
    }
    let message = format!("{} is not allowed here, only {allow}", head.method);
    with_allow(failure(Error::of(Kind::MethodNotAllowed, message)), allow)
}

/// 204: what may be asked here.
pub fn options(allow: &'static str) -> Response {
    with_allow(empty(StatusCode::NO_CONTENT), allow)
}

/// 503: what the route needs is off; the reason is for the log only.
pub fn unavailable(down: &Down) -> Response {
    failure(down.to_error())
}

fn with_allow(mut response: Response, allow: &'static str) -> Response {
    response.headers_mut().insert(ALLOW, HeaderValue::from_static(allow));
    response
}
