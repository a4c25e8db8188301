//! A record as words, and back.
//!
//! The first ten words are all that a record has whose ids were made by a process; the rest is for longer ids.

use std::borrow::Cow;

use super::{Ending, TraceRecord};
use crate::context::Id;
use crate::event::{Moment, Sent, millis};
use crate::ring::{IdPlaces, LONG, NONE, Names, SHORT, Word, Writing};

/// The event's own id, its cause, its origin.
const IDS: usize = 3;

/// In bytes: the length of each id that is text, or what it is else; then how it ended, and the attempt.
const KINDS: usize = 0;
/// Event, subscriber and emitter.
const NAMES: usize = 1;
const STARTED: usize = 2;
const ENDED: usize = 3;
const FIRST_ID: usize = 4;
const FIRST_REST: usize = FIRST_ID + IDS * SHORT;
/// How long a record is.
pub(super) const WORDS: usize = FIRST_REST + IDS * LONG;

const PLACES: IdPlaces = IdPlaces { first: FIRST_ID, rest: FIRST_REST };
/// How many bits a name's number has, and where it stands.
const NAME_BITS: u32 = 21;
const EVENT: u32 = 0;
const EMITTER: u32 = NAME_BITS;
const SUBSCRIBER: u32 = 2 * NAME_BITS;

const ENDINGS: [Ending; 4] = [Ending::Published, Ending::Delivered, Ending::Failed, Ending::Expired];

/// A record but for what the event's own envelope says.
pub(super) struct Kept {
    pub(super) named: Named,
    pub(super) subscriber: Option<&'static str>,
    pub(super) attempt: u32,
    pub(super) started: Moment,
    pub(super) ended: Moment,
    pub(super) ending: Ending,
}

/// The names that all records of one event share, as they stand in a record; never 0.
#[derive(Debug, Clone, Copy)]
pub(in crate::event) struct Named(u64);

impl Named {
    #[inline]
    pub(super) fn new(sent: &Sent, event: &'static str, names: &Names) -> Self {
        let emitter = match &sent.emitter {
            None => 0,
            Some(Cow::Borrowed(emitter)) => names.number(emitter) + 1,
            Some(Cow::Owned(emitter)) => names.foreign(emitter) + 1,
        };
        Self((names.number(event) as u64 + 1) | (emitter as u64) << EMITTER)
    }

    #[inline]
    pub(in crate::event) fn word(self) -> u64 {
        self.0
    }

    /// What [`Named::word`] gave.
    #[inline]
    pub(in crate::event) fn of_word(word: u64) -> Option<Self> {
        (word != 0).then_some(Self(word))
    }
}

impl Kept {
    #[inline]
    pub(super) fn write<W: Word>(self, sent: &Sent, names: &Names, words: &Writing<'_, W>) {
        let context = &sent.context;
        let kinds = [
            PLACES.write(0, &context.id, words),
            context.cause.as_ref().map_or(NONE, |cause| PLACES.write(1, cause, words)),
            PLACES.write(2, &context.origin, words),
            self.ending as u64,
        ];
        let kinds = kinds.iter().rev().fold(u64::from(self.attempt), |above, kind| above << 8 | kind);
        let subscriber = self.subscriber.map_or(0, |subscriber| names.number(subscriber) as u64 + 1);
        words.put(KINDS, kinds);
        words.put(NAMES, self.named.0 | subscriber << SUBSCRIBER);
        words.put(STARTED, self.started.ticks());
        words.put(ENDED, self.ended.ticks());
    }
}

/// The record of these words; now is the moment that goes with a time of the wall clock.
pub(super) fn read(number: u64, words: &[u64; WORDS], names: &Names, (now, wall): (Moment, u64)) -> TraceRecord {
    let byte = |place: usize| words[KINDS].to_le_bytes()[place];
    let name = |place: u32| {
        let number = words[NAMES] >> place & ((1 << NAME_BITS) - 1);
        let number = usize::try_from(number).ok()?.checked_sub(1)?;
        names.name(number).map(ToOwned::to_owned)
    };
    let id = |which: usize| PLACES.read(which, byte(which).into(), words);
    // A delivery has a cause or none; its own id and its origin are always there.
    let (started, ended) = (Moment::of_ticks(words[STARTED]), Moment::of_ticks(words[ENDED]));
    let own = id(0).unwrap_or_else(Id::make);
    TraceRecord {
        number,
        cause: id(1),
        origin: id(2).unwrap_or_else(|| own.clone()),
        id: own,
        event: name(EVENT).unwrap_or_default(),
        subscriber: name(SUBSCRIBER),
        emitter: name(EMITTER),
        attempt: u32::try_from(words[KINDS] >> 32).unwrap_or_default(),
        time: wall.saturating_sub(millis(now.since(started))),
        micros: u64::try_from(ended.since(started).as_micros()).unwrap_or(u64::MAX),
        ending: ENDINGS[usize::from(byte(3)) % ENDINGS.len()],
        started: started.ticks(),
    }
}
