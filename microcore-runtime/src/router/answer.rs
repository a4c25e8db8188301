//! The answers where no handler is called. Out: a response in the envelope.

use http::header::ALLOW;
use http::{HeaderValue, Method, StatusCode};

use super::Methods;
use crate::error::{Error, Kind};
use crate::plugin::Down;
use crate::request::Head;
use crate::response::{Response, empty, failure};

/// 404 where no route has this path; 405 where some have it, for other methods. OPTIONS asks for these.
pub fn no_route(head: &Head, allowed: Methods) -> Response {
    if allowed.is_empty() { not_found(head) } else { method_not_allowed(head, allowed) }
}

/// 404: no route has this path.
pub fn not_found(head: &Head) -> Response {
    // The server as a whole is asked, which has every method somewhere: RFC 9110, 9.3.7.
    if head.method == Method::OPTIONS && head.uri.path() == "*" {
        return with_allow(empty(StatusCode::NO_CONTENT), Methods::ALL);
    }
    let (parts, content) = failure(Error::not_found(format_args!("{} {}", head.method, head.uri.path()))).into_parts();
    Response::from_parts(parts, content.unrouted())
}

/// Whether no route has the path. A 404 of a handler's is not that, and one whose body an interceptor replaced is its own.
#[inline]
pub(crate) fn is_unrouted(response: &Response) -> bool {
    response.body().is_unrouted()
}

/// 405: a route has this path, for these methods. OPTIONS asks for that very list.
pub fn method_not_allowed(head: &Head, allowed: Methods) -> Response {
    if head.method == Method::OPTIONS {
        return with_allow(empty(StatusCode::NO_CONTENT), allowed);
    }
    let message = format!("{} is not allowed here, only {allowed}", head.method);
    with_allow(failure(Error::of(Kind::MethodNotAllowed, message)), allowed)
}

/// 503: what the route needs is off; the reason is for the log only.
pub fn unavailable(down: &Down) -> Response {
    failure(down.to_error())
}

fn with_allow(mut response: Response, allowed: Methods) -> Response {
    let value = HeaderValue::from_str(&allowed.to_string()).expect("method names are header text");
    response.headers_mut().insert(ALLOW, value);
    response
}
