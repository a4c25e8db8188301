//! A ring of one kind of record.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use super::Kind;
use crate::context::{Context, Id};
use crate::event::Moment;
use crate::ring::{IdPlaces, LONG, NONE, Names, SHORT, Slot};

/// In bytes: the kinds of the three ids, and how it ended; then the attempt.
const KINDS: usize = 0;
/// The address of a meter, or the number of a name.
const WHAT: usize = 1;
const STARTED: usize = 2;
const ENDED: usize = 3;
/// Of a request its status and its reason, of all others the number of the subscriber that did it.
const EXTRA: usize = 4;
const BYTES: usize = 5;
const FIRST_ID: usize = 6;
const IDS: usize = 3;
const FIRST_REST: usize = FIRST_ID + IDS * SHORT;
const WORDS: usize = FIRST_REST + IDS * LONG;
const PLACES: IdPlaces = IdPlaces { first: FIRST_ID, rest: FIRST_REST };

/// Subscribers, schedules and own work.
static NAMES: OnceLock<Names> = OnceLock::new();

pub(super) fn names() -> &'static Names {
    NAMES.get_or_init(Names::default)
}

/// Made at its first record: who records nothing has none.
#[derive(Debug)]
pub(super) struct Ring {
    places: usize,
    slots: OnceLock<Box<[Slot<AtomicU64, WORDS>]>>,
    next: AtomicU64,
    passed_over: AtomicU64,
}

/// One record, as it is written.
pub(super) struct Entry<'i> {
    pub(super) what: u64,
    pub(super) outcome: u8,
    pub(super) times: [Moment; 2],
    pub(super) id: &'i Id,
    pub(super) cause: Option<&'i Id>,
    pub(super) origin: &'i Id,
    pub(super) attempt: u32,
    pub(super) extra: u64,
    pub(super) bytes: u64,
}

/// One record, as it is read.
pub(super) struct Read {
    pub(super) number: u64,
    pub(super) kind: Kind,
    pub(super) what: u64,
    pub(super) outcome: u8,
    pub(super) times: [Moment; 2],
    pub(super) id: Id,
    pub(super) cause: Option<Id>,
    pub(super) origin: Id,
    pub(super) attempt: u32,
    pub(super) extra: u64,
    pub(super) bytes: u64,
}

impl<'i> Entry<'i> {
    /// What is done while a delivery or a run of a schedule is handled.
    pub(super) fn within(context: &'i Context, what: u64, outcome: u8, times: [Moment; 2]) -> Self {
        Self {
            what,
            outcome,
            times,
            id: &context.id,
            cause: None,
            origin: &context.origin,
            attempt: context.attempt,
            extra: context.by().map_or(0, |by| names().number(by) as u64 + 1),
            bytes: 0,
        }
    }
}

impl Ring {
    pub(super) const fn of(places: usize) -> Self {
        Self { places, slots: OnceLock::new(), next: AtomicU64::new(0), passed_over: AtomicU64::new(0) }
    }

    pub(super) fn keep(&self, entry: &Entry<'_>) {
        let slots = self.slots.get_or_init(|| (0..self.places).map(|_| Slot::default()).collect());
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let slot = &slots[usize::try_from(number).map_or(0, |number| number % slots.len())];
        let is_written = slot.write(number, |words| {
            let kinds = [
                PLACES.write(0, entry.id, words),
                entry.cause.map_or(NONE, |cause| PLACES.write(1, cause, words)),
                PLACES.write(2, entry.origin, words),
                entry.outcome.into(),
            ];
            words.put(KINDS, kinds.iter().rev().fold(entry.attempt.into(), |above, kind| above << 8 | kind));
            words.put(WHAT, entry.what);
            words.put(STARTED, entry.times[0].ticks());
            words.put(ENDED, entry.times[1].ticks());
            words.put(EXTRA, entry.extra);
            words.put(BYTES, entry.bytes);
        });
        if !is_written {
            self.passed_over.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// What is kept from this number on, the oldest first, and the number that comes next. A record that is being written
    /// at the moment is left out, as what is passed over is.
    pub(super) fn entries_from(&self, kind: Kind, first: u64) -> (Vec<Read>, u64) {
        let next = self.next.load(Ordering::Acquire);
        if first >= next {
            return (Vec::new(), next);
        }
        let entries = self.entries(kind).into_iter().filter(|entry| (first..next).contains(&entry.number));
        (entries.collect(), next)
    }

    /// What is kept, the oldest first.
    pub(super) fn entries(&self, kind: Kind) -> Vec<Read> {
        let slots = self.slots.get().map(|slots| &**slots).unwrap_or_default();
        let mut entries: Vec<Read> =
            slots.iter().filter_map(Slot::read).map(|(number, words)| read(number, kind, &words)).collect();
        entries.sort_by_key(|entry| entry.number);
        entries
    }

    pub(super) fn lost(&self) -> u64 {
        self.passed_over.load(Ordering::Relaxed)
    }
}

fn read(number: u64, kind: Kind, words: &[u64; WORDS]) -> Read {
    let byte = |place: usize| words[KINDS].to_le_bytes()[place];
    let id = |which: usize| PLACES.read(which, byte(which).into(), words);
    let own = id(0).unwrap_or_else(Id::make);
    Read {
        number,
        kind,
        what: words[WHAT],
        outcome: byte(3),
        times: [Moment::of_ticks(words[STARTED]), Moment::of_ticks(words[ENDED])],
        cause: id(1),
        origin: id(2).unwrap_or_else(|| own.clone()),
        id: own,
        attempt: u32::try_from(words[KINDS] >> 32).unwrap_or_default(),
        extra: words[EXTRA],
        bytes: words[BYTES],
    }
}
