//! What goes back: a status, headers and bytes.

/// A response.
pub type Response = http::Response<http_body_util::Full<bytes::Bytes>>;
