//! Nothing around the routes.

pub(crate) use super::answer as handle;

pub(crate) fn connection() -> hyper::server::conn::http1::Builder {
    hyper::server::conn::http1::Builder::new()
}
