//! What happens at the end of each request on a connection that has them one by one. In: the answer. Out: what the
//! connection does next: waits for a request, streams, becomes a socket, or ends.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use http::header::CONNECTION;
use http::{HeaderValue, StatusCode};

use super::pace::Phase;
use crate::request::{Body, Head, Rest};
use crate::response::Response;

/// Whose turn it is on one connection: the client's or the server's.
#[derive(Debug, Default)]
pub(super) struct Turn {
    pub(super) phase: Phase,
    leaving: AtomicBool,
    /// Of the first request that has a body, and of all after it.
    rest: OnceLock<Rest>,
}

impl Turn {
    /// The next answer is the last.
    pub(super) fn leave(&self) {
        self.leaving.store(true, Ordering::Relaxed);
    }

    /// The body of the request that begins.
    pub(super) fn begins(&self, body: Body, head: &Head) -> Body {
        body.told_to(self.rest.get_or_init(Rest::default), head)
    }

    /// Whether that body is through, or what nobody wants of it is little and there.
    pub(super) async fn is_through(&self) -> bool {
        match self.rest.get() {
            Some(rest) => rest.is_through() || Box::pin(rest.discard()).await,
            None => true,
        }
    }

    /// The handler is done, and so is what the client sent.
    #[inline]
    pub(super) fn answered(&self, response: &mut Response) {
        if response.status() == StatusCode::SWITCHING_PROTOCOLS {
            return self.phase.lasts();
        }
        if response.body().streams() {
            self.phase.streams();
        } else {
            self.phase.idle();
        }
        if self.leaving.load(Ordering::Relaxed) {
            close(response);
        }
    }

    /// The handler is done, and the client is not: whatever it sends from here on is no request.
    #[cold]
    pub(super) fn answered_early(&self, response: &mut Response) {
        if response.status() == StatusCode::SWITCHING_PROTOCOLS {
            return self.phase.lasts();
        }
        self.phase.answers_early();
        close(response);
    }
}

/// hyper sees it too, and closes once the answer is out: RFC 9112, 9.6.
fn close(response: &mut Response) {
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
}
