//! Nothing is counted, timed or recorded.

pub fn around(app: axum::Router) -> axum::Router {
    app
}
