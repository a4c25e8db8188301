//! A meter: how often something began, how it ended, how long it took.

#[cfg(feature = "observe")]
use std::mem::ManuallyDrop;
use std::time::Instant;

#[cfg(feature = "observe")]
use super::counts::Counts;
#[cfg(feature = "observe")]
use super::seat::{SEATS, seat};
#[cfg(feature = "observe")]
use super::slowest::Slowest;
use super::{Reading, reading};

/// Counts and times one thing, whose ends are of `OUTCOMES` kinds. The last of these is that nobody said how it ended, the one before
/// that it panicked, or is the same as something else that a panic is answered with.
///
/// All zero in the beginning, so that an application's meters take no room in its file.
#[derive(Debug)]
pub struct Meter<const OUTCOMES: usize> {
    #[cfg(feature = "observe")]
    seats: [Counts<OUTCOMES>; SEATS],
    #[cfg(feature = "observe")]
    slowest: Slowest,
}

/// Something that has begun. Dropped before its [`end`](Begun::end_at), it was given up.
#[must_use = "it ends when it is dropped"]
#[derive(Debug)]
pub struct Begun<const OUTCOMES: usize> {
    #[cfg(feature = "observe")]
    meter: &'static Meter<OUTCOMES>,
    #[cfg(feature = "observe")]
    at: Instant,
}

impl<const OUTCOMES: usize> Default for Meter<OUTCOMES> {
    fn default() -> Self {
        Self::NEW
    }
}

impl<const OUTCOMES: usize> Meter<OUTCOMES> {
    /// Nothing was measured yet.
    #[allow(clippy::declare_interior_mutable_const, reason = "what a static begins with, and never used in place")]
    pub const NEW: Self = Self {
        #[cfg(feature = "observe")]
        seats: [const { Counts::new() }; SEATS],
        #[cfg(feature = "observe")]
        slowest: Slowest::new(),
    };

    /// Something begins: one look at the clock, one addition.
    #[inline]
    pub fn begin(&'static self) -> Begun<OUTCOMES> {
        #[cfg(feature = "observe")]
        {
            let seat = seat();
            self.seats[seat].begin(seat);
            Begun { meter: self, at: Instant::now() }
        }
        #[cfg(not(feature = "observe"))]
        Begun {}
    }

    /// Something is over that was timed by whoever tells it.
    #[inline]
    pub fn took(&self, nanos: u64, outcome: usize) {
        #[cfg(feature = "observe")]
        {
            let seat = seat();
            self.seats[seat].begin(seat);
            self.seats[seat].end(seat, nanos, outcome);
            self.slowest.note(nanos);
        }
        #[cfg(not(feature = "observe"))]
        let _ = (nanos, outcome);
    }

    /// Something ended so, and was not timed: it is in the list of ends and nowhere else.
    #[inline]
    pub fn ended(&self, outcome: usize) {
        #[cfg(feature = "observe")]
        {
            let seat = seat();
            self.seats[seat].ended(seat, outcome);
        }
        #[cfg(not(feature = "observe"))]
        let _ = outcome;
    }

    /// What was measured so far, by all threads together.
    pub fn read(&self) -> Reading {
        #[allow(unused_mut, reason = "without the feature nothing is read")]
        let mut reading = Reading::of(OUTCOMES);
        #[cfg(feature = "observe")]
        {
            for counts in &self.seats {
                let sums = [&mut reading.nanos, &mut reading.begun];
                counts.read_into(sums, &mut reading.outcomes, &mut reading.grid);
            }
            reading.slowest = self.slowest.look();
        }
        reading
    }

    /// Whether nothing was measured yet.
    pub fn is_idle(&self) -> bool {
        self.read().begun == 0
    }

    /// The slowest from now on is another one than before.
    pub fn forget_slowest(&self) {
        #[cfg(feature = "observe")]
        self.slowest.forget();
    }
}

/// Something that has ended, for whoever keeps a record of it.
#[derive(Debug, Clone, Copy)]
pub struct Ended {
    /// The address of its meter: which one it is, a list of all says.
    pub meter: usize,
    /// How many kinds of ends its meter tells apart.
    pub outcomes: usize,
    /// When it began.
    pub at: Instant,
    /// How long it took, in nanoseconds.
    pub nanos: u64,
    /// How it ended.
    pub outcome: usize,
}

impl<const OUTCOMES: usize> Begun<OUTCOMES> {
    /// It ended so. Without the feature nothing is known of it.
    #[inline]
    pub fn end_at(self, outcome: usize) -> Option<Ended> {
        #[cfg(feature = "observe")]
        return Some(ManuallyDrop::new(self).end(outcome));
        #[cfg(not(feature = "observe"))]
        {
            let _ = outcome;
            None
        }
    }

    #[cfg(feature = "observe")]
    #[inline]
    fn end(&self, outcome: usize) -> Ended {
        let passed = self.at.elapsed();
        let nanos = passed.as_secs().wrapping_mul(1_000_000_000).wrapping_add(u64::from(passed.subsec_nanos()));
        let seat = seat();
        self.meter.seats[seat].end(seat, nanos, outcome);
        self.meter.slowest.note(nanos);
        let meter = std::ptr::from_ref(self.meter).addr();
        Ended { meter, outcomes: OUTCOMES, at: self.at, nanos, outcome }
    }
}

/// Nobody said how it ended: it was given up, it panicked, or its ends are all of one kind.
#[cfg(feature = "observe")]
impl<const OUTCOMES: usize> Drop for Begun<OUTCOMES> {
    #[inline]
    fn drop(&mut self) {
        let panicked = OUTCOMES > 1 && std::thread::panicking();
        let ended = self.end(if panicked { OUTCOMES - 2 } else { OUTCOMES - 1 });
        super::ended_unsaid(ended);
    }
}

impl Reading {
    fn of(outcomes: usize) -> Self {
        Self { begun: 0, nanos: 0, outcomes: vec![0; outcomes], grid: [0; super::PLACES], slowest: reading::NONE }
    }
}
