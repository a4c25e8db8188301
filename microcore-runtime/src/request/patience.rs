//! How long a body may take. A client that sends too slowly is given up; who sends at once never costs a timer.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep};

/// A client must send this much within each wait.
const PACE: usize = 64 * 1024;

/// The timer of one body; made at the first wait.
#[derive(Debug, Default)]
pub(super) struct Patience(Option<Box<Waiting>>);

#[derive(Debug)]
struct Waiting {
    sleep: Pin<Box<Sleep>>,
    received: usize,
}

impl Patience {
    /// Nothing arrived: ready once the client is too slow.
    pub(super) fn poll_lost(&mut self, wait: Duration, cx: &mut Context<'_>) -> Poll<()> {
        if wait.is_zero() {
            return Poll::Pending;
        }
        let waiting = self.0.get_or_insert_with(|| Box::new(Waiting { sleep: Box::pin(sleep(wait)), received: 0 }));
        waiting.sleep.as_mut().poll(cx)
    }

    /// Some bytes arrived.
    pub(super) fn received(&mut self, bytes: usize, wait: Duration) {
        let Some(waiting) = &mut self.0 else { return };
        waiting.received += bytes;
        if waiting.received >= PACE {
            waiting.received = 0;
            waiting.sleep.as_mut().reset(Instant::now() + wait);
        }
    }
}
