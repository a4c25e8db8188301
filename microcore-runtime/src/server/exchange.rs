//! What happens around every request, in one place: its id, its context and the edge.
//!
//! In: hyper's request. Out: the application's response, with the headers that every response has.

use std::convert::Infallible;
use std::mem;
use std::net::IpAddr;
use std::ops::Deref;
use std::pin::{Pin, pin};
use std::time::Duration;

use http::header::{HOST, RANGE, WWW_AUTHENTICATE};
use http::{HeaderName, HeaderValue, Method, Request, StatusCode, Version};
use hyper::body::Incoming;

use super::answering::{Answering, Panicked, panic_text};
use super::drain::dropped;
use super::edge::{Arrived, Edge, Wishes, compress, is_host, note_others, within};
use super::turn::Turn;
use super::{Respond, soundness};
use crate::context::{Caller, Context, Id, TRACEPARENT};
use crate::error::Error;
use crate::request::{Body, Head, TokenPlaces};
use crate::response::{Response, compare, failure_of, recycle};
use crate::router::is_unrouted;
use crate::system::{System, Visitor};
use crate::{meter, record};

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Answers one request, and says so to the connection that has one at a time.
///
/// A response is as large as two cache lines and more: every step that held one by value would be one more copy of it for
/// each request. So it is made here, where hyper keeps it, and filled in place; what few requests need is in a box.
/// For the same reason this is no `async fn`: the arguments of one are moved once more before it begins.
#[inline]
pub(super) fn exchange<'c, R: Respond>(
    app: &'static R,
    edge: &'static Edge,
    peer: Peer,
    request: Request<Incoming>,
    turn: Option<&'c Turn>,
) -> impl Future<Output = Result<Response, Infallible>> + Send + use<'c, R> {
    let (head, incoming) = request.into_parts();
    let mut head = Received(head);
    async move {
        head.prepare();
        #[cfg(all(unix, debug_assertions))]
        let peer = super::told::told(&mut head.0, peer);
        let mut body = Body::arriving(incoming, edge.limits);
        let turn_with_body = turn.filter(|_| !body.is_none());
        if let Some(turn) = turn_with_body {
            body = turn.begins(body, &head);
        }
        let mut response = Response::default();
        let mut asked = Asked::of(&head, edge, &peer);
        if let Some(refusal) = edge.refuse(&head, &body, asked.client, &asked.id) {
            drop(body);
            meter::end(meter::EDGE.begin(), refusal.status());
            response = refusal;
            asked.record(&response);
        } else if let Some(system) = edge.system.as_ref().filter(|system| system.takes(&head)) {
            response = Box::pin(sign_in(system, &head, body, &peer, &asked)).await;
        } else if let Some(limit) = edge.request_timeout {
            response = answer_within(limit, app, edge, peer, head.take(), body, asked.clone()).await;
        } else {
            let answered = Answering::new(pin!(app.respond(&head, body, &mut response)), &asked).await;
            let is_more = asked.wants_gzip() || response.body().is_versioned();
            let begun = is_unrouted(&response).then(|| meter::NO_ROUTE.begin());
            if begun.is_none() && answered.is_ok() {
                asked.record(&response);
            }
            if answered.is_err() || is_more || begun.is_some() && edge.may_know(&head) {
                Box::pin(go_on(edge, &peer, &head, &asked, answered, &mut response)).await;
            }
            if let Some(begun) = begun {
                asked.ended_unrouted(begun, &response);
            }
        }
        if response.status() != StatusCode::OK {
            soundness::hold_to(&mut response, &asked.id);
            if response.status() == StatusCode::UNAUTHORIZED {
                challenge(app, &mut response);
            }
        }
        asked.finish(edge, &mut response);
        asked.arrived.answered(&mut response);
        if let Some(turn) = turn_with_body
            && !turn.is_through().await
        {
            turn.answered_early(&mut response);
        } else if let Some(turn) = turn {
            turn.answered(&mut response);
        }
        Ok(response)
    }
}

/// One request without a connection and without an edge: what is measured and recorded of it is what a server's is.
#[cfg(feature = "testing")]
pub(crate) async fn exchange_alone<R: Respond>(app: &'static R, head: &Head, body: Body, response: &mut Response) {
    let (id, client) = (Id::make(), IpAddr::V4(std::net::Ipv4Addr::LOCALHOST));
    let asked = Asked { id, client, wishes: Wishes::default(), arrived: Arrived::UNSEEN, caller: None };
    if Answering::new(pin!(app.respond(head, body, response)), &asked).await.is_ok() {
        asked.record(response);
    }
}

/// A 401 says how to sign in here, where the handler has not said so itself.
#[cold]
fn challenge(app: &impl Respond, response: &mut Response) {
    let usual = response.headers().get(WWW_AUTHENTICATE).is_some_and(|said| said == "Bearer");
    if let Some(said) = app.token_places().filter(|_| usual).and_then(TokenPlaces::challenge) {
        response.headers_mut().insert(WWW_AUTHENTICATE, said);
    }
}

/// A request that no route has, while it is measured.
type Unrouted = meter::Begun<{ meter::ROUTE.len() }>;

/// The other end of a connection.
///
/// Aligned as what else an exchange begins with: what is aligned less would stand behind the room for all that it comes
/// to hold, and be moved with it.
#[derive(Debug, Clone, Copy)]
#[repr(align(8))]
pub(super) struct Peer(pub(super) IpAddr);

/// What few answers need. The handler panicked; or no route has the path, and the server may know it; or the client may have
/// what is sent, or read it compressed.
async fn go_on(
    edge: &Edge,
    peer: &Peer,
    head: &Head,
    asked: &Asked,
    answered: Result<(), Panicked>,
    response: &mut Response,
) {
    let done = match answered {
        Ok(()) => Answering::new(pin!(complete(edge, peer, head, asked, response)), asked).await,
        panicked => panicked,
    };
    if let Err(panicked) = done {
        let panicked = record::panicked(panic_text(&*panicked));
        let said = Error::internal(format!("{} {} {panicked}", head.method, head.uri.path()));
        *response = failure_of(&said, Some(&asked.id));
        record::request_failed(said.code(), panicked);
        asked.record(response);
    }
}

async fn complete(edge: &Edge, peer: &Peer, head: &Head, asked: &Asked, response: &mut Response) {
    if is_unrouted(response)
        && let Some(own) = edge.unrouted(head, asked.visitor(peer)).await
    {
        *response = own;
    }
    if response.body().is_versioned() {
        compare(head, response);
    }
    if asked.wants_gzip() && !response.body().is_private() {
        *response = compress(mem::take(response)).await;
    }
}

/// A token, brought to the system pages.
async fn sign_in(system: &System, head: &Head, body: Body, peer: &Peer, asked: &Asked) -> Response {
    let mut response = Response::default();
    let signing = async { response = system.sign_in(head, body, asked.visitor(peer)).await };
    let done = Answering::new(pin!(signing), asked).await;
    match done {
        Ok(()) => response,
        Err(panicked) => failure_of(&Error::internal(panic_text(&*panicked).to_owned()), Some(&asked.id)),
    }
}

/// The same where the client waits no longer than `limit`: moved to a task of its own then, so it owns what it is about.
fn answer_within<R: Respond>(
    limit: Duration,
    app: &'static R,
    edge: &'static Edge,
    peer: Peer,
    head: Received,
    body: Body,
    asked: Asked,
) -> Pin<Box<dyn Future<Output = Response> + Send>> {
    let id = asked.id.clone();
    let work = Box::pin(async move {
        let mut response = Response::default();
        let answered = Answering::new(pin!(app.respond(&head, body, &mut response)), &asked).await;
        let begun = is_unrouted(&response).then(|| meter::NO_ROUTE.begin());
        if begun.is_none() && answered.is_ok() {
            asked.record(&response);
        }
        go_on(edge, &peer, &head, &asked, answered, &mut response).await;
        if let Some(begun) = begun {
            asked.ended_unrouted(begun, &response);
        }
        response
    });
    // A box of its own as well: nobody who has no limit carries it.
    Box::pin(async move { within(limit, work, edge.tasks()).await.unwrap_or_else(|late| failure_of(&late, Some(&id))) })
}

/// What the edge knows of a request: what its answer depends on, whoever gives it.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) id: Id,
    client: IpAddr,
    wishes: Wishes,
    arrived: Arrived,
    /// In a box, because few requests have one.
    caller: Option<Box<Caller>>,
}

impl Asked {
    #[inline]
    fn of(head: &Head, edge: &Edge, peer: &Peer) -> Self {
        let sent = if edge.tells_id || edge.accepts_trace { Sent::of(head) } else { Sent::default() };
        let id = sent.id.filter(|_| edge.tells_id).and_then(adopt).unwrap_or_else(Id::make);
        let client = edge.client(peer.0, head);
        let arrived = edge.note(head, client, &id);
        let is_called = edge.accepts_trace && sent.names_trace;
        let caller = if is_called { Caller::of(&head.headers).map(Box::new) } else { None };
        Self { id, client, wishes: edge.wishes(head), arrived, caller }
    }

    /// What the handler's own code sees of it.
    #[inline]
    pub(super) fn context(&self) -> Context {
        let context = Context::request(self.id.clone()).from_client(self.client);
        match &self.caller {
            None => context,
            Some(caller) => context.called_by(caller),
        }
    }

    /// Records it, where it is to be: it was polled to its end on this thread, and nothing since.
    #[inline]
    fn record(&self, response: &Response) {
        record::answered(&self.id, || self.context(), response);
    }

    /// The same of what no route has. What the pages of the inside show is not shown on them.
    fn ended_unrouted(&self, begun: Unrouted, response: &Response) {
        meter::end(begun, response.status());
        if response.body().is_private() {
            record::forget();
        } else {
            self.record(response);
        }
    }

    fn visitor(&self, peer: &Peer) -> Visitor<'_> {
        Visitor { peer: peer.0, client: self.client, id: &self.id }
    }

    fn wants_gzip(&self) -> bool {
        self.wishes.gzip
    }

    /// Sets what every answer has.
    #[inline]
    fn finish(&self, edge: &Edge, response: &mut Response) {
        if edge.compression && !self.wishes.gzip && !response.body().is_private() {
            note_others(response);
        }
        edge.dress(&self.wishes, response);
        if edge.tells_id
            && let Ok(id) = HeaderValue::from_bytes(self.id.text().as_bytes())
        {
            response.headers_mut().insert(X_REQUEST_ID, id);
        }
    }
}

/// What a client says of its request beside what it asks for. Looked for in one pass and name by name: most requests
/// have few headers, and the hash of a name that is no standard one costs more than comparing it with some.
#[derive(Default)]
struct Sent<'h> {
    id: Option<&'h HeaderValue>,
    /// Whether it says which trace the request belongs to.
    names_trace: bool,
}

impl<'h> Sent<'h> {
    #[inline]
    fn of(head: &'h Head) -> Self {
        let mut sent = Self::default();
        for (name, value) in &head.headers {
            if *name == X_REQUEST_ID {
                sent.id.get_or_insert(value);
            } else if *name == TRACEPARENT {
                sent.names_trace = true;
            }
        }
        sent
    }
}

/// The client's own id, where it is usable.
#[cold]
fn adopt(sent: &HeaderValue) -> Option<Id> {
    sent.to_str().ok().and_then(Id::adopt)
}

/// A request's head. Once nobody looks at it any more, the next answer has the room of its headers.
pub(super) struct Received(Head);

impl Received {
    /// Ranges are of GET only, and a handler of GET answers HEAD too: RFC 9110, 14.2.
    #[inline]
    fn prepare(&mut self) {
        if self.0.method == Method::HEAD {
            self.0.headers.remove(RANGE);
        }
        if self.0.uri.authority().is_some() && self.0.version <= Version::HTTP_11 {
            self.prefer_target();
        }
    }

    /// The host of a target that names one goes before that of the header, which must be right all the same: RFC 9112,
    /// 3.2.2.
    #[cold]
    fn prefer_target(&mut self) {
        let named = self.0.uri.authority().and_then(|authority| HeaderValue::from_str(authority.as_str()).ok());
        let mut hosts = self.0.headers.get_all(HOST).into_iter();
        if let (Some(host), None, Some(named)) = (hosts.next(), hosts.next(), named)
            && is_host(host.as_bytes())
        {
            self.0.headers.insert(HOST, named);
        }
    }

    /// For whoever must own it.
    fn take(&mut self) -> Self {
        Self(mem::replace(&mut self.0, Request::new(()).into_parts().0))
    }
}

impl Deref for Received {
    type Target = Head;

    #[inline]
    fn deref(&self) -> &Head {
        &self.0
    }
}

impl Drop for Received {
    #[inline]
    fn drop(&mut self) {
        dropped(&self.0);
        recycle(&mut self.0.headers);
    }
}
