//! The headers of everything that is served here. They are the answer's own, so no setting of the edge loosens them.

use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, ETAG, HeaderName, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use http::{HeaderMap, HeaderValue};

use crate::response::Response;

/// No script, style or frame that is not this server's own file; nothing inline.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; \
                      frame-ancestors 'none'";

/// The page of the OpenAPI document is not ours, and styles itself from its script.
const POLICY_OF_DOCS: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
                              connect-src 'self'; img-src 'self' data:; frame-ancestors 'none'";

const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// The same answer, which no cache keeps, no other site reads or frames, and no setting of CORS opens.
pub(super) fn dressed(mut response: Response, path: &str) -> Response {
    let is_docs = path.strip_prefix("/system").unwrap_or(path).starts_with("/docs");
    // What has a version of its own is a file that everybody can have: large, and the same in every application.
    let is_library = response.headers().contains_key(ETAG);
    let headers: &mut HeaderMap = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| drop(headers.insert(name, HeaderValue::from_static(value)));
    if !is_library {
        set(CACHE_CONTROL, "no-store");
    }
    set(CONTENT_SECURITY_POLICY, if is_docs { POLICY_OF_DOCS } else { POLICY });
    set(RESOURCE_POLICY, "same-origin");
    set(X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(X_FRAME_OPTIONS, "DENY");
    // `no-referrer` would take the origin out of the form's request, by which foreign ones are told.
    set(REFERRER_POLICY, "same-origin");
    let (parts, content) = response.into_parts();
    Response::from_parts(parts, content.private())
}
