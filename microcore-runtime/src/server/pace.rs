//! How long a connection may wait for its client: idle between requests, inside a request's head, or with an answer
//! that nobody takes. One timer per connection, armed again only where a deadline comes nearer.
//!
//! hyper's own header timeout counts an idle connection's wait as that of a head, and costs a timer per request.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

/// How long each wait may take; zero is forever.
#[derive(Debug, Clone, Copy)]
pub(super) struct Waits {
    pub(super) idle: Duration,
    pub(super) head: Duration,
    pub(super) write: Duration,
}

/// Where a connection is, as its server and its stream both know it.
#[derive(Debug, Clone, Default)]
pub(super) struct Phase(Arc<AtomicU8>);

const IDLE: u8 = 0;
const HEAD: u8 = 1;
const BUSY: u8 = 2;
const WRITE: u8 = 3;
const LASTS: u8 = 4;

impl Phase {
    /// A request is being answered: its body has a clock of its own, its handler none.
    #[inline]
    pub(super) fn busy(&self) {
        self.0.store(BUSY, Ordering::Relaxed);
    }

    /// It became a socket: nothing of HTTP comes any more, and whoever holds it has clocks of their own.
    #[inline]
    pub(super) fn lasts(&self) {
        self.0.store(LASTS, Ordering::Relaxed);
    }

    /// It is answered.
    #[inline]
    pub(super) fn idle(&self) {
        self.0.store(IDLE, Ordering::Relaxed);
    }

    /// Bytes arrived: where none were waited for, they begin a head.
    #[inline]
    fn begins_head(&self) -> bool {
        let begins = self.now() == IDLE;
        if begins {
            self.0.store(HEAD, Ordering::Relaxed);
        }
        begins
    }

    #[inline]
    fn now(&self) -> u8 {
        self.0.load(Ordering::Relaxed)
    }
}

/// The clock of one connection.
#[derive(Debug)]
pub(super) struct Pace {
    phase: Phase,
    waits: Waits,
    /// What is waited for, and until when.
    waiting: Option<(u8, Instant)>,
    sleep: Option<Pin<Box<Sleep>>>,
}

/// How a wait ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    /// Nothing was begun: the connection may simply be closed.
    Idle,
    /// Something was begun and is too slow.
    Slow,
}

impl Pace {
    pub(super) fn new(phase: Phase, waits: Waits) -> Self {
        Self { phase, waits, waiting: None, sleep: None }
    }

    /// Whether a handler runs that must not be cut.
    #[inline]
    pub(super) fn is_busy(&self) -> bool {
        self.phase.now() == BUSY
    }

    #[inline]
    pub(super) fn arrived(&mut self) {
        // Only the first bytes begin a wait: a head has its time as a whole.
        if self.phase.begins_head() {
            self.waiting = None;
        }
    }

    /// Bytes left.
    #[inline]
    pub(super) fn left(&mut self) {
        if matches!(self.waiting, Some((WRITE, _))) {
            self.waiting = None;
        }
    }

    /// Nothing arrived: ready once that took too long.
    pub(super) fn poll_read(&mut self, cx: &mut Context<'_>) -> Poll<Ended> {
        match self.phase.now() {
            IDLE => self.poll(IDLE, self.waits.idle, cx).map(|()| Ended::Idle),
            HEAD => self.poll(HEAD, self.waits.head, cx).map(|()| Ended::Slow),
            _ => Poll::Pending,
        }
    }

    /// Nothing could be written: ready once that took too long.
    pub(super) fn poll_write(&mut self, cx: &mut Context<'_>) -> Poll<Ended> {
        self.poll(WRITE, self.waits.write, cx).map(|()| Ended::Slow)
    }

    fn poll(&mut self, phase: u8, wait: Duration, cx: &mut Context<'_>) -> Poll<()> {
        if wait.is_zero() {
            return Poll::Pending;
        }
        let deadline = match self.waiting {
            Some((waited, deadline)) if waited == phase => deadline,
            _ => Instant::now() + wait,
        };
        self.waiting = Some((phase, deadline));
        let sleep = self.sleep.get_or_insert_with(|| Box::pin(sleep_until(deadline)));
        if sleep.deadline() > deadline {
            sleep.as_mut().reset(deadline);
        }
        // It may go off for a wait that is over: then it is set for this one.
        while sleep.as_mut().poll(cx).is_ready() {
            if sleep.deadline() >= deadline {
                return Poll::Ready(());
            }
            sleep.as_mut().reset(deadline);
        }
        Poll::Pending
    }
}
