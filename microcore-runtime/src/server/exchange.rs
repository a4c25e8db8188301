//! What happens around every request, in one place: its id, its context, the edge, and the panic that ends it and
//! nothing else.
//!
//! In: hyper's request. Out: the application's response, with the headers that every response has.

use std::any::Any;
use std::convert::Infallible;
use std::net::IpAddr;
use std::panic::AssertUnwindSafe;
use std::pin::pin;

use futures_util::FutureExt;
use http::{HeaderName, HeaderValue, Request};
use hyper::body::Incoming;

use super::Respond;
use super::edge::{Edge, compress, within};
use crate::context::{self, Context, Id};
use crate::error::Error;
use crate::request::{Body, Head};
use crate::response::{Response, failure_of, recycle};
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
    let (id, header) = if edge.tells_id { identify(&head) } else { (Id::make(), None) };
    let client = edge.client(peer, &head);
    let wishes = edge.wishes(&head);
    let body = Body::arriving(body, edge.limits);
    let mut response = match (edge.refuse(&head, client), edge.request_timeout) {
        (Some(refusal), _) => refusal,
        (None, None) => {
            let response = answer(app, edge, &head, body, id, client).await;
            // Nobody looks at it again, and the next answer needs room for its headers.
            recycle(head.headers);
            response
        }
        // Moved to a task of its own where the client waits no longer: so it owns what it is about.
        (None, Some(limit)) => {
            let work = Box::pin(async move { answer(app, edge, &head, body, id, client).await });
            within(limit, work, edge.tasks()).await
        }
    };
    if wishes.gzip {
        response = compress(response).await;
    }
    edge.dress(wishes, response.headers_mut());
    if let Some(header) = header {
        response.headers_mut().insert(X_REQUEST_ID, header);
    }
    Ok(response)
}

/// The application's answer, as the handling of this request; a panic is a 500.
///
/// The handler's future may be large. It is pinned once, and what is around it holds a reference: every step that held
/// the future itself would be one more copy of it for each request.
async fn answer<R: Respond>(
    app: &'static R,
    edge: &'static Edge,
    head: &Head,
    body: Body,
    id: Id,
    client: IpAddr,
) -> Response {
    let context = Context::request(id.clone()).from_client(client);
    // Called when it is polled, so that a panic before the first await is caught as well. The application is shared
    // state that outlives a panic anyhow: a tool whose lock was poisoned says so itself.
    let mut responding = pin!(async move { app.respond(head, body).await });
    let guarded = async {
        let answered = AssertUnwindSafe(responding.as_mut()).catch_unwind().await;
        let response = answered.unwrap_or_else(|payload| {
            let said = format!("{} {} panicked: {}", head.method, head.uri.path(), panic_text(&*payload));
            failure_of(&Error::internal(said), Some(&id))
        });
        // No route has the path: the server may know it.
        if is_unrouted(&response) && edge.knows_more() {
            // In a box, so that no other request carries the state of reading files.
            return Box::pin(edge.unrouted(head)).await.unwrap_or(response);
        }
        response
    };
    context::scope(context, guarded).await
}

/// The id of the request, and the header that tells it to the client.
fn identify(head: &Head) -> (Id, Option<HeaderValue>) {
    if let Some(sent) = head.headers.get(X_REQUEST_ID)
        && let Some(id) = sent.to_str().ok().and_then(Id::adopt)
    {
        return (id, Some(sent.clone()));
    }
    let (id, text) = Id::make_with_text();
    (id, HeaderValue::from_bytes(text.as_bytes()).ok())
}

/// What a panic said.
pub(crate) fn panic_text(payload: &(dyn Any + Send)) -> &str {
    let literal = payload.downcast_ref::<&'static str>().copied();
    literal.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("(no text)")
}
