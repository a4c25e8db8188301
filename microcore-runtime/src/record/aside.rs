//! What a request has done so far, kept aside until its end says whether it is recorded.
//!
//! It is the thread's for as long as the request is polled, and the request's own while it waits. There is none before
//! the first note, and a thread keeps one that is not needed for the next: so nothing is allocated for a request that is
//! not recorded.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};

use super::Kind;
use crate::event::Moment;

/// So many notes of one request are kept.
const MOST: usize = 256;

static LOST: AtomicU64 = AtomicU64::new(0);

thread_local! {
    /// Whether there is one of the request that is polled: every request asks, and this costs a look at memory.
    static IS_OPEN: Cell<bool> = const { Cell::new(false) };
    static OPEN: Cell<Option<Box<Aside>>> = const { Cell::new(None) };
    static SPARE: Cell<Option<Box<Aside>>> = const { Cell::new(None) };
}

/// Notes about one request.
#[derive(Debug, Default)]
pub(crate) struct Aside {
    pub(super) notes: Vec<Note>,
    /// Whether it published something.
    pub(super) led: bool,
    /// Why it failed: the code, and the chain.
    pub(super) failure: Option<(&'static str, String)>,
}

/// Something that ended while the request was answered.
#[derive(Debug, Clone, Copy)]
pub(super) struct Note {
    pub(super) kind: Kind,
    pub(super) what: u64,
    pub(super) outcome: u8,
    pub(super) times: [Moment; 2],
}

impl Aside {
    /// Is polled on this thread now.
    pub(crate) fn enter(self: Box<Self>) {
        open(self);
    }

    /// That of the request which was polled on this thread last, if it has any.
    #[inline]
    pub(crate) fn leave() -> Option<Box<Self>> {
        if IS_OPEN.replace(false) { OPEN.take() } else { None }
    }

    /// It is not needed any more.
    pub(super) fn rest(mut self: Box<Self>) {
        self.notes.clear();
        (self.led, self.failure) = (false, None);
        SPARE.set(Some(self));
    }
}

pub(super) fn add(note: Note) {
    with(|aside| {
        if aside.notes.len() < MOST {
            aside.notes.push(note);
        } else {
            LOST.fetch_add(1, Ordering::Relaxed);
        }
    });
}

/// The request that is polled published something.
pub(super) fn led() {
    with(|aside| aside.led = true);
}

/// The request that is polled failed.
pub(super) fn fails(code: &'static str, chain: String) {
    with(|aside| aside.failure = Some((code, chain)));
}

fn with(change: impl FnOnce(&mut Aside)) {
    let mut aside = OPEN.take().or_else(|| SPARE.take()).unwrap_or_default();
    change(&mut aside);
    open(aside);
}

fn open(aside: Box<Aside>) {
    OPEN.set(Some(aside));
    IS_OPEN.set(true);
}

pub(super) fn lost() -> u64 {
    LOST.load(Ordering::Relaxed)
}
