//! What happens around every request, in one place: its id, its context, the edge, and the answer that is told to the
//! connection.
//!
//! In: hyper's request. Out: the application's response, with the headers that every response has.

use std::convert::Infallible;
use std::net::IpAddr;
use std::ops::Deref;
use std::pin::pin;

use http::header::RANGE;
use http::{HeaderName, HeaderValue, Method, Request};
use hyper::body::Incoming;

use super::Respond;
use super::answering::Answering;
use super::edge::{Edge, Wishes, note_others, within};
use super::turn::Turn;
use crate::context::{Context, Id};
use crate::request::{Body, Head};
use crate::response::{Response, failure_of, recycle};

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Answers one request, and says so to the connection that has one at a time.
///
/// The handler's future may be large, and every step that held it by value would be one more copy of it for each request.
/// So it is made here, where hyper keeps it, and what is around it holds a reference; what few requests need is in a box.
/// For the same reason this is no `async fn`: the arguments of one are moved once more before it begins.
pub(super) fn exchange<'c, R: Respond>(
    app: &'static R,
    edge: &'static Edge,
    peer: IpAddr,
    request: Request<Incoming>,
    turn: Option<&'c Turn>,
) -> impl Future<Output = Result<Response, Infallible>> + Send + use<'c, R> {
    let (mut head, body) = request.into_parts();
    if head.method == Method::HEAD {
        // Ranges are of GET only, and a handler of GET answers this: RFC 9110, 14.2.
        head.headers.remove(RANGE);
    }
    let (head, body) = (Received(head), Body::arriving(body, edge.limits));
    async move {
        let mut asked = Asked::of(&head, edge, peer);
        let mut response = if let Some(refusal) = edge.refuse(&head, &body, asked.client, &asked.id) {
            asked.finished(edge, refusal)
        } else if let Some(limit) = edge.request_timeout {
            // Moved to a task of its own where the client waits no longer: so it owns what it is about.
            let unanswered = asked.clone();
            let work = Box::pin(async move {
                let responding = pin!(app.respond(&head, body));
                Answering::new(responding, edge, &head, &mut asked, None).await
            });
            match within(limit, work, edge.tasks()).await {
                Ok(Ok(response)) => response,
                Err(late) => {
                    let failure = failure_of(&late, Some(&unanswered.id));
                    unanswered.finished(edge, failure)
                }
            }
        } else {
            let responding = pin!(app.respond(&head, body));
            return Answering::new(responding, edge, &head, &mut asked, turn).await;
        };
        if let Some(turn) = turn {
            turn.answered(&mut response);
        }
        Ok(response)
    }
}

/// What the edge knows of a request: what its answer depends on, whoever gives it.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) id: Id,
    /// The header that tells it to the client.
    told: Option<HeaderValue>,
    client: IpAddr,
    wishes: Wishes,
}

impl Asked {
    #[inline]
    fn of(head: &Head, edge: &Edge, peer: IpAddr) -> Self {
        let (id, told) = if edge.tells_id { identify(head) } else { (Id::make(), None) };
        Self { id, told, client: edge.client(peer, head), wishes: edge.wishes(head) }
    }

    /// What the handler's own code sees of it.
    #[inline]
    pub(super) fn context(&self) -> Context {
        Context::request(self.id.clone()).from_client(self.client)
    }

    pub(super) fn wants_gzip(&self) -> bool {
        self.wishes.gzip
    }

    /// Sets what every answer has.
    #[inline]
    pub(super) fn finish(&mut self, edge: &Edge, response: &mut Response) {
        if edge.compression && !self.wishes.gzip {
            note_others(response);
        }
        edge.dress(&mut self.wishes, response.headers_mut());
        if let Some(told) = self.told.take() {
            response.headers_mut().insert(X_REQUEST_ID, told);
        }
    }

    fn finished(mut self, edge: &Edge, mut response: Response) -> Response {
        self.finish(edge, &mut response);
        response
    }
}

/// The id of the request, and the header that tells it to the client.
fn identify(head: &Head) -> (Id, Option<HeaderValue>) {
    if let Some(sent) = head.headers.get(X_REQUEST_ID)
        && let Some(id) = sent.to_str().ok().and_then(Id::adopt)
    {
        return (id, Some(sent.clone()));
    }
    let id = Id::make();
    let header = HeaderValue::from_bytes(id.text().as_bytes()).ok();
    (id, header)
}

/// A request's head. Once nobody looks at it any more, the next answer has the room of its headers.
struct Received(Head);

impl Deref for Received {
    type Target = Head;

    fn deref(&self) -> &Head {
        &self.0
    }
}

impl Drop for Received {
    fn drop(&mut self) {
        recycle(&mut self.0.headers);
    }
}
