//! How long a connection may wait for its client: idle between requests, inside a request's head, or with an answer
//! that nobody takes.
//!
//! One timer per connection. A request that arrives whole and is answered never touches it: while a connection is idle
//! the timer runs in quarters of the wait, and what counts is how many of them went by without a request.
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
const STREAMS: u8 = 4;
const LASTS: u8 = 5;
const EARLY: u8 = 6;

impl Phase {
    /// A request is being answered: its body has a clock of its own, its handler none.
    #[inline]
    pub(super) fn busy(&self) {
        self.0.store(BUSY, Ordering::Relaxed);
    }

    /// It is answered with what comes bit by bit, such as a file: no handler of HTTP runs, and nothing is read until that
    /// is out.
    #[inline]
    pub(super) fn streams(&self) {
        self.0.store(STREAMS, Ordering::Relaxed);
    }

    /// It is answered for good while its body is still on its way: no request comes after it.
    pub(super) fn answers_early(&self) {
        self.0.store(EARLY, Ordering::Relaxed);
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
        let begins = matches!(self.now(), IDLE | STREAMS);
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

/// An idle connection's wait is looked at so many times.
const PARTS: u8 = 4;

/// The clock of one connection.
#[derive(Debug)]
pub(super) struct Pace {
    phase: Phase,
    waits: Waits,
    /// The phase that the timer was set for.
    timed: u8,
    /// Parts of the wait that went by without a request.
    quiet: u8,
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
        Self { phase, waits, timed: BUSY, quiet: 0, sleep: None }
    }

    /// Whether somebody goes on sending, who must hear that nobody listens. Handlers must not: it would cut them.
    pub(super) fn is_sending(&self) -> bool {
        matches!(self.phase.now(), STREAMS | LASTS | EARLY)
    }

    /// Whether the client may still be sending what nobody reads: the body of an early answer, or a head that is refused.
    pub(super) fn leaves_rest(&self) -> bool {
        matches!(self.phase.now(), EARLY | HEAD)
    }

    #[inline]
    pub(super) fn arrived(&mut self) {
        // Only the first bytes begin a wait: a head has its time as a whole.
        if self.phase.begins_head() {
            self.quiet = 0;
            self.over(HEAD);
        }
    }

    /// Bytes left.
    #[inline]
    pub(super) fn left(&mut self) {
        self.over(WRITE);
    }

    /// The wait of that phase, if one was begun, has nothing to do with the next.
    #[inline]
    fn over(&mut self, phase: u8) {
        if self.timed == phase {
            self.timed = BUSY;
        }
    }

    /// Nothing arrived: ready once that took too long.
    #[inline]
    pub(super) fn poll_read(&mut self, cx: &mut Context<'_>) -> Poll<Ended> {
        match self.phase.now() {
            IDLE => self.poll_idle(cx),
            // hyper reads again: the answer is out.
            STREAMS => {
                self.phase.idle();
                self.poll_idle(cx)
            }
            HEAD => self.poll(HEAD, self.waits.head, cx).map(|()| Ended::Slow),
            _ => Poll::Pending,
        }
    }

    /// Nothing could be written: ready once that took too long.
    pub(super) fn poll_write(&mut self, cx: &mut Context<'_>) -> Poll<Ended> {
        self.poll(WRITE, self.waits.write, cx).map(|()| Ended::Slow)
    }

    #[inline]
    fn poll_idle(&mut self, cx: &mut Context<'_>) -> Poll<Ended> {
        if self.waits.idle.is_zero() {
            return Poll::Pending;
        }
        // The timer wakes this task by itself: while it runs, there is nothing to ask it.
        if self.timed == IDLE && self.sleep.as_ref().is_some_and(|sleep| !sleep.is_elapsed()) {
            return Poll::Pending;
        }
        self.poll_parts(cx)
    }

    #[cold]
    fn poll_parts(&mut self, cx: &mut Context<'_>) -> Poll<Ended> {
        let wait = self.waits.idle;
        if self.timed != IDLE {
            self.quiet = 0;
        }
        while self.poll(IDLE, wait / u32::from(PARTS), cx).is_ready() {
            // The first part had begun before the connection was idle.
            if self.quiet == PARTS {
                return Poll::Ready(Ended::Idle);
            }
            self.quiet += 1;
            self.timed = BUSY;
        }
        Poll::Pending
    }

    /// Ready `wait` after it was asked first since the phase began.
    fn poll(&mut self, phase: u8, wait: Duration, cx: &mut Context<'_>) -> Poll<()> {
        if wait.is_zero() {
            return Poll::Pending;
        }
        let sleep = self.sleep.get_or_insert_with(|| Box::pin(sleep_until(Instant::now() + wait)));
        if self.timed != phase {
            self.timed = phase;
            sleep.as_mut().reset(Instant::now() + wait);
        }
        sleep.as_mut().poll(cx)
    }
}
