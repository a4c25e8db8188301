//! What a handler may ask for: the head of the request, its body, and the inputs read from them.

/// Method, target and headers of a request.
pub type Head = http::request::Parts;

/// The body of a request, not read yet.
pub type Body = hyper::body::Incoming;
