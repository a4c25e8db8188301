//! The handler at work, as a future. In: the application's, and what its answer depends on. Out: the finished answer.
//!
//! Written by hand, because an answer is as large as two cache lines and more: each `await` that hands it on is a copy.

use std::any::Any;
use std::convert::Infallible;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{self, Poll};

use super::edge::{Edge, compress};
use super::exchange::Asked;
use super::turn::Turn;
use crate::context;
use crate::error::Error;
use crate::request::Head;
use crate::response::{Response, failure_of};
use crate::router::is_unrouted;

/// Filled in place, and as hyper takes it.
type Polled = Poll<Result<Response, Infallible>>;

/// One request that is being answered.
pub(super) struct Answering<'e, F> {
    responding: Pin<&'e mut F>,
    /// What few answers need and takes its time, once the application is through.
    rest: Option<Pin<Box<dyn Future<Output = Response> + Send + 'e>>>,
    edge: &'static Edge,
    head: &'e Head,
    asked: &'e mut Asked,
    turn: Option<&'e Turn>,
}

impl<'e, F: Future<Output = Response>> Answering<'e, F> {
    #[inline]
    pub(super) fn new(
        responding: Pin<&'e mut F>,
        edge: &'static Edge,
        head: &'e Head,
        asked: &'e mut Asked,
        turn: Option<&'e Turn>,
    ) -> Self {
        Self { responding, rest: None, edge, head, asked, turn }
    }

    /// One step, as the handling of this request. A panic is a 500 of this request and of no other.
    #[inline]
    fn step(&mut self, cx: &mut task::Context<'_>, polled: &mut Polled) {
        let (responding, rest) = (&mut self.responding, &mut self.rest);
        let step = || {
            *polled = match rest {
                None => responding.as_mut().poll(cx).map(Ok),
                Some(rest) => rest.as_mut().poll(cx).map(Ok),
            }
        };
        // The application is shared state that outlives a panic anyhow: a tool whose lock was poisoned says so itself.
        let ended = context::scope_sync(&self.asked.context(), || catch_unwind(AssertUnwindSafe(step)));
        if let Err(payload) = ended {
            *polled = Poll::Ready(Ok(self.panicked(&*payload)));
        }
    }

    #[cold]
    fn panicked(&self, payload: &(dyn Any + Send)) -> Response {
        let said = format!("{} {} panicked: {}", self.head.method, self.head.uri.path(), panic_text(payload));
        failure_of(&Error::internal(said), Some(&self.asked.id))
    }

    /// Whether the application's answer is not the whole of it.
    #[inline]
    fn goes_on(&self, response: &Response) -> bool {
        self.rest.is_none() && (self.asked.wants_gzip() || is_unrouted(response) && self.edge.may_know(self.head))
    }

    /// No route has the path: the server may know it. And what is sent may be compressed.
    fn go_on(&mut self, response: Response) {
        let (edge, head, gzip) = (self.edge, self.head, self.asked.wants_gzip());
        self.rest = Some(Box::pin(async move {
            let own = if is_unrouted(&response) { edge.unrouted(head).await } else { None };
            let response = own.unwrap_or(response);
            if gzip { compress(response).await } else { response }
        }));
    }
}

impl<F: Future<Output = Response>> Future for Answering<'_, F> {
    type Output = Result<Response, Infallible>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let mut polled = Poll::Pending;
        this.step(cx, &mut polled);
        if let Poll::Ready(Ok(response)) = &mut polled
            && this.goes_on(response)
        {
            let response = mem::take(response);
            this.go_on(response);
            this.step(cx, &mut polled);
        }
        if let Poll::Ready(Ok(response)) = &mut polled {
            this.asked.finish(this.edge, response);
            if let Some(turn) = this.turn {
                turn.answered(response);
            }
        }
        polled
    }
}

/// What a panic said.
pub(crate) fn panic_text(payload: &(dyn Any + Send)) -> &str {
    let literal = payload.downcast_ref::<&'static str>().copied();
    literal.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("(no text)")
}
