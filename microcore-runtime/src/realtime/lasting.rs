//! What an answer that lasts must know of its server. Travels with the limits of the request's body.

use std::fmt;
use std::time::Duration;

use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};
use tokio_util::task::TaskTracker;

use crate::context;
#[cfg(feature = "ws")]
use crate::request::{Head, Origin};

/// Settings and the end of one server.
pub struct Lasting {
    /// How often a silent line is asked whether it is still there; zero is never.
    pub heartbeat: Duration,
    /// How many messages may wait for a slow reader.
    pub queue: usize,
    /// Most bytes of a message that is received.
    pub message_limit: usize,
    /// How long a socket's handler may go on after its client left.
    pub linger: Duration,
    /// Pages of other sites that may open sockets with their user's cookies.
    #[cfg(feature = "ws")]
    pub(crate) origins: Vec<Origin>,
    /// Whether browsers are known to come over TLS only.
    pub private: bool,
    /// What is waited for at a stop.
    pub tasks: TaskTracker,
    /// The stop.
    pub stop: CancellationToken,
}

impl Lasting {
    /// Runs what answers a request beyond its head: with the same context, and waited for at a stop.
    pub(super) fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        match context::current() {
            Some(context) => drop(self.tasks.spawn(context::scope(context, work))),
            None => drop(self.tasks.spawn(work)),
        }
    }

    /// Ready when the server stops.
    pub(super) fn stopping(&self) -> WaitForCancellationFutureOwned {
        // A child each: one that is shared is a lock shared by all.
        self.stop.child_token().cancelled_owned()
    }

    /// Whether a page of another site made the browser ask, with its user's cookies.
    ///
    /// Browsers keep such pages from reading answers, and nothing keeps them from reading sockets: RFC 6455, 10.2. The
    /// page that was asked without TLS is another site too, where the server knows that its own come with it; behind a
    /// proxy only the proxy knows.
    #[cfg(feature = "ws")]
    pub(super) fn is_foreign(&self, head: &Head) -> bool {
        use http::header::{COOKIE, HOST, ORIGIN};

        use crate::request::Scheme;

        let Some(origin) = head.headers.get(ORIGIN).filter(|_| head.headers.contains_key(COOKIE)) else { return false };
        let Some(page) = origin.to_str().ok().and_then(Origin::parse) else { return true };
        let asked = head.headers.get(HOST).and_then(|host| host.to_str().ok());
        let own = asked.and_then(|host| Origin::of(page.scheme(), host)).is_some_and(|own| own == page);
        !(own && (page.scheme() == Scheme::Https || !self.private)) && !self.origins.contains(&page)
    }
}

impl fmt::Debug for Lasting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lasting")
            .field("heartbeat", &self.heartbeat)
            .field("queue", &self.queue)
            .finish_non_exhaustive()
    }
}
