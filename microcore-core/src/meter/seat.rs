//! The place that a thread has in every meter: taken at its first update, given back when it ends.
//!
//! Of each seat but the last there is one thread at a time, so an update is a load and a store. Whoever comes when all
//! are taken shares the last one, and adds with a lock.

use std::cell::Cell;
use std::sync::atomic::AtomicU64;

use super::word::Word;

/// So many threads write side by side; of these, the last seat is shared.
pub(super) const SEATS: usize = 16;
pub(super) const SHARED: usize = SEATS - 1;
const NONE: usize = usize::MAX;

static TAKEN: Taken<AtomicU64> = Taken(AtomicU64::new(0));

thread_local! {
    /// Nothing is to be done when it ends, so that a look at it is a look at memory.
    static SEAT: Cell<usize> = const { Cell::new(NONE) };
    static HELD: Held = Held(TAKEN.take());
}

/// The seat of this thread.
#[inline]
pub(super) fn seat() -> usize {
    let seat = SEAT.get();
    if seat == NONE { sit_down() } else { seat }
}

#[cold]
fn sit_down() -> usize {
    // A thread that is ending has given its seat back.
    let seat = HELD.try_with(|held| held.0).unwrap_or(SHARED);
    SEAT.set(seat);
    seat
}

/// Adds to a word of the seat.
#[inline]
pub(super) fn add<W: Word>(word: &W, seat: usize, more: u64) {
    if seat == SHARED {
        word.add(more);
    } else {
        add_alone(word, more);
    }
}

/// The same where the seat is known to have one thread at a time.
#[inline]
pub(super) fn add_alone<W: Word>(word: &W, more: u64) {
    word.put(word.look().wrapping_add(more));
}

struct Held(usize);

impl Drop for Held {
    fn drop(&mut self) {
        SEAT.set(SHARED);
        TAKEN.give_back(self.0);
    }
}

/// Which seats are taken: a bit each.
struct Taken<W>(W);

impl<W: Word> Taken<W> {
    fn take(&self) -> usize {
        loop {
            let taken = self.0.look();
            let seat = taken.trailing_ones() as usize;
            if seat >= SHARED {
                return SHARED;
            }
            if self.0.claim(taken, taken | 1 << seat) {
                return seat;
            }
        }
    }

    fn give_back(&self, seat: usize) {
        if seat != SHARED {
            self.0.free(1 << seat);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::thread;

    use loom::sync::atomic::{AtomicU64 as CheckedWord, Ordering};

    use super::*;

    impl Word for CheckedWord {
        fn look(&self) -> u64 {
            self.load(Ordering::Relaxed)
        }

        fn put(&self, value: u64) {
            self.store(value, Ordering::Relaxed);
        }

        fn add(&self, more: u64) {
            self.fetch_add(more, Ordering::Relaxed);
        }

        fn claim(&self, seen: u64, value: u64) -> bool {
            self.compare_exchange(seen, value, Ordering::Acquire, Ordering::Relaxed).is_ok()
        }

        fn free(&self, bits: u64) {
            self.fetch_and(!bits, Ordering::Release);
        }
    }

    #[test]
    fn a_thread_that_ends_hands_over_what_it_counted() {
        let mut model = loom::model::Builder::new();
        model.preemption_bound = Some(3);
        model.check(|| {
            // All seats but one are taken, so that they meet at it.
            let shared = loom::sync::Arc::new((
                Taken(CheckedWord::new((1 << (SHARED - 1)) - 1)),
                [CheckedWord::new(0), CheckedWord::new(0)],
            ));
            let work = |shared: &(Taken<CheckedWord>, [CheckedWord; 2])| {
                let seat = shared.0.take();
                add(&shared.1[usize::from(seat == SHARED)], seat, 1);
                add(&shared.1[usize::from(seat == SHARED)], seat, 1);
                shared.0.give_back(seat);
            };
            let others = [(); 2].map(|()| {
                let shared = loom::sync::Arc::clone(&shared);
                loom::thread::spawn(move || work(&shared))
            });
            work(&shared);
            for other in others {
                other.join().unwrap();
            }
            assert_eq!(shared.1.iter().map(Word::look).sum::<u64>(), 6);
        });
    }

    #[test]
    fn every_thread_has_a_seat_of_its_own_until_they_are_used_up() {
        let taken = Taken(AtomicU64::new(0));
        let seats: Vec<_> = (0..20).map(|_| taken.take()).collect();
        assert_eq!(seats[..SHARED].iter().collect::<BTreeSet<_>>().len(), SHARED);
        assert_eq!(seats[SHARED..], [SHARED; 5]);
        taken.give_back(SHARED);
        taken.give_back(3);
        assert_eq!((taken.take(), taken.take()), (3, SHARED));
    }

    #[test]
    fn a_thread_keeps_its_seat() {
        for _ in 0..40 {
            let (first, second) = thread::spawn(|| (seat(), seat())).join().unwrap();
            assert_eq!(first, second);
            assert!(first < SEATS);
        }
    }
}
