//! One request without a server, for benches that count what a request costs beside its handler.

use crate::request::{Body, Head};
use crate::response::Response;
use crate::server::{Respond, exchange_alone};

/// Answers a request as the server does behind its edge: with an id and a context, measured and recorded.
pub async fn exchange<R: Respond>(app: &'static R, head: &Head, body: Body, response: &mut Response) {
    exchange_alone(app, head, body, response).await;
}
