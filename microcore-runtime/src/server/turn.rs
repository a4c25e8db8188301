//! What happens at the end of each request on a connection that has them one by one. In: the answer. Out: what the
//! connection does next: waits for a request, streams, becomes a socket, or ends.

use std::sync::atomic::{AtomicBool, Ordering};

use http::header::CONNECTION;
use http::{HeaderValue, StatusCode};

use super::pace::Phase;
use crate::response::Response;

/// Whose turn it is on one connection: the client's or the server's.
#[derive(Debug, Default)]
pub(super) struct Turn {
    pub(super) phase: Phase,
    leaving: AtomicBool,
}

impl Turn {
    /// The next answer is the last.
    pub(super) fn leave(&self) {
        self.leaving.store(true, Ordering::Relaxed);
    }

    /// The handler is done.
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
            // hyper sees it too, and closes once the answer is out.
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
    }
}
