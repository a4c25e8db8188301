//! What happens around every request, in one place: its id, its context, the edge, and the panic that ends it and
//! nothing else.
//!
//! In: hyper's request. Out: the application's response, with the headers that every response has.

use std::any::Any;
use std::convert::Infallible;
use std::net::IpAddr;
use std::panic::AssertUnwindSafe;
use std::pin::{Pin, pin};

use futures_util::FutureExt;
use http::{HeaderName, HeaderValue, Request};
use hyper::body::Incoming;

use super::Respond;
use super::edge::{Edge, compress, within};
use super::turn::Turn;
use crate::context::{self, Context, Id};
use crate::error::Error;
use crate::request::{Body, Head};
use crate::response::{Response, failure_of, recycle};
use crate::router::is_unrouted;

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Answers one request, and says so to the connection that has one at a time.
///
/// The handler's future may be large, and every step that held it by value would be one more copy of it for each request.
/// So it is made here, where hyper keeps it, and what is around it holds a reference; what few requests need is in a box.
pub(super) async fn exchange<R: Respond>(
    app: &'static R,
    edge: &'static Edge,
    peer: IpAddr,
    request: Request<Incoming>,
    turn: Option<&Turn>,
) -> Result<Response, Infallible> {
    let (head, body) = request.into_parts();
    let (id, header) = if edge.tells_id { identify(&head) } else { (Id::make(), None) };
    let client = edge.client(peer, &head);
    let wishes = edge.wishes(&head);
    let context = Context::request(id.clone()).from_client(client);
    let body = Body::arriving(body, edge.limits);
    let mut response = match edge.refuse(&head, client) {
        Some(refusal) => refusal,
        None if edge.request_timeout.is_none() => {
            let response = {
                let responding = pin!(app.respond(&head, body));
                context::scope(context, guarded(responding, edge, &head, &id)).await
            };
            // Nobody looks at it again, and the next answer needs room for its headers.
            recycle(head.headers);
            response
        }
        // Moved to a task of its own where the client waits no longer: so it owns what it is about.
        None => {
            let work = Box::pin(async move {
                let responding = pin!(app.respond(&head, body));
                context::scope(context, guarded(responding, edge, &head, &id)).await
            });
            within(edge.request_timeout.unwrap_or_default(), work, edge.tasks()).await
        }
    };
    if wishes.gzip {
        response = Box::pin(compress(response)).await;
    }
    edge.dress(wishes, response.headers_mut());
    if let Some(header) = header {
        response.headers_mut().insert(X_REQUEST_ID, header);
    }
    if let Some(turn) = turn {
        turn.answered(&mut response);
    }
    Ok(response)
}

/// The application's answer; a panic is a 500.
async fn guarded(responding: Pin<&mut impl Future<Output = Response>>, edge: &Edge, head: &Head, id: &Id) -> Response {
    // The application is shared state that outlives a panic anyhow: a tool whose lock was poisoned says so itself.
    let answered = AssertUnwindSafe(responding).catch_unwind().await;
    let response = answered.unwrap_or_else(|payload| {
        let said = format!("{} {} panicked: {}", head.method, head.uri.path(), panic_text(&*payload));
        failure_of(&Error::internal(said), Some(id))
    });
    // No route has the path: the server may know it.
    if is_unrouted(&response) && edge.knows_more() {
        return Box::pin(edge.unrouted(head)).await.unwrap_or(response);
    }
    response
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
