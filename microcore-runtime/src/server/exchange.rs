//! What happens around every request, in one place: its id, its context, the edge, and the panic that ends it and
//! nothing else.
//!
//! In: hyper's request. Out: the application's response, with the headers that every response has.

use std::any::Any;
use std::convert::Infallible;
use std::fmt::Write;
use std::net::IpAddr;
use std::panic::AssertUnwindSafe;

use bytes::BytesMut;
use futures_util::FutureExt;
use http::{HeaderName, HeaderValue, Request};
use hyper::body::Incoming;

use super::Respond;
use super::edge::Edge;
use crate::context::{self, Context, Id};
use crate::error::Error;
use crate::request::{Body, Head};
use crate::response::{Response, failure_of};
use crate::router::is_unrouted;

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Answers one request.
pub(super) async fn exchange<R: Respond>(
    app: &'static R,
    edge: &'static Edge,
    peer: IpAddr,
    request: Request<Incoming>,
) -> Result<Response, Infallible> {
    let (head, body) = request.into_parts();
    let (id, header) = identify(&head);
    let client = edge.client(peer, &head);
    let wishes = edge.wishes(&head);
    let context = Context::request(id.clone()).from_client(client);
    let response = match edge.refuse(&head, client) {
        Some(refusal) => refusal,
        None => {
            edge.timed(context::scope(context, answer(app, edge, head, Body::arriving(body, edge.limits), id))).await
        }
    };
    let mut response = edge.finish(response, wishes).await;
    response.headers_mut().insert(X_REQUEST_ID, header);
    Ok(response)
}

/// The application's answer; a panic is a 500.
async fn answer<R: Respond>(app: &'static R, edge: &'static Edge, head: Head, body: Body, id: Id) -> Response {
    // Inside `async`, so that a panic before the first await is caught as well. The application is shared state that
    // outlives a panic anyhow: a tool whose lock was poisoned says so itself.
    let answering = async {
        let response = app.respond(&head, body).await;
        // No route has the path: the server may know it.
        if is_unrouted(&response) { edge.unrouted(&head).await.unwrap_or(response) } else { response }
    };
    let answered = AssertUnwindSafe(answering).catch_unwind().await;
    answered.unwrap_or_else(|payload| {
        let said = format!("{} {} panicked: {}", head.method, head.uri.path(), panic_text(&*payload));
        failure_of(&Error::internal(said), Some(&id))
    })
}

/// The id of the request, and the header that tells it to the client.
fn identify(head: &Head) -> (Id, HeaderValue) {
    if let Some(sent) = head.headers.get(X_REQUEST_ID)
        && let Some(id) = sent.to_str().ok().and_then(Id::adopt)
    {
        return (id, sent.clone());
    }
    let id = Id::make();
    let mut text = BytesMut::with_capacity(40);
    // Writing to memory can't fail, and an id is hexadecimal digits and a dash.
    let _ = write!(text, "{id}");
    let header = HeaderValue::from_maybe_shared(text.freeze()).expect("an id that we made is a header value");
    (id, header)
}

/// What a panic said.
pub(crate) fn panic_text(payload: &(dyn Any + Send)) -> &str {
    let literal = payload.downcast_ref::<&'static str>().copied();
    literal.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("(no text)")
}
