//! One place of the ring: a record of plain words, written and read without a lock.
//!
//! The version tells what is in there: 0 nothing, odd a record that is being written, else twice the record's number and
//! two. A writer claims the place by making the version odd; a reader throws away what it read where the version is
//! another afterwards. So nobody waits for anybody, and no reader gets one half of a record and one of another.

use std::array;
use std::sync::atomic::{AtomicU64, Ordering, fence};

/// A word that threads share: the real one, or that of the model checker, which tries all orders in which threads can
/// meet.
pub(crate) trait Word: Default {
    fn load(&self, ordering: Ordering) -> u64;
    fn store(&self, value: u64, ordering: Ordering);
    /// Replaces `seen`, unless another thread has already; what others wrote before is seen from then on.
    fn replace(&self, seen: u64, value: u64) -> bool;
    fn fence(ordering: Ordering);
}

impl Word for AtomicU64 {
    #[inline]
    fn load(&self, ordering: Ordering) -> u64 {
        self.load(ordering)
    }

    #[inline]
    fn store(&self, value: u64, ordering: Ordering) {
        self.store(value, ordering);
    }

    #[inline]
    fn replace(&self, seen: u64, value: u64) -> bool {
        self.compare_exchange(seen, value, Ordering::Acquire, Ordering::Relaxed).is_ok()
    }

    #[inline]
    fn fence(ordering: Ordering) {
        fence(ordering);
    }
}

/// One place. What every record has stands at its front, in as few lines of the cache as can be.
#[derive(Debug)]
#[repr(C, align(64))]
pub(crate) struct Slot<W, const WORDS: usize> {
    version: W,
    words: [W; WORDS],
}

impl<W: Word, const WORDS: usize> Default for Slot<W, WORDS> {
    fn default() -> Self {
        Self { version: W::default(), words: array::from_fn(|_| W::default()) }
    }
}

/// The words of a slot while they are written.
pub(crate) struct Writing<'s, W>(&'s [W]);

impl<W: Word> Writing<'_, W> {
    #[inline]
    pub(crate) fn put(&self, place: usize, value: u64) {
        self.0[place].store(value, Ordering::Relaxed);
    }
}

impl<W: Word, const WORDS: usize> Slot<W, WORDS> {
    /// Writes a record, unless the slot is being written at the moment, or holds a later one. Words that are not put
    /// keep what was there.
    #[inline]
    pub(crate) fn write(&self, number: u64, record: impl FnOnce(&Writing<'_, W>)) -> bool {
        let (seen, claimed) = (self.version.load(Ordering::Relaxed), 2 * number + 1);
        if seen % 2 == 1 || seen > claimed || !self.version.replace(seen, claimed) {
            return false;
        }
        // Whoever reads one of the words below sees the odd version, or a later one.
        W::fence(Ordering::Release);
        record(&Writing(&self.words));
        self.version.store(claimed + 1, Ordering::Release);
        true
    }

    /// The record and its number; nothing where there is none, or where it was written meanwhile.
    pub(crate) fn read(&self) -> Option<(u64, [u64; WORDS])> {
        let version = self.version.load(Ordering::Acquire);
        if version == 0 || version % 2 == 1 {
            return None;
        }
        let words = array::from_fn(|place| self.words[place].load(Ordering::Relaxed));
        // The version is looked at after the words.
        W::fence(Ordering::Acquire);
        (self.version.load(Ordering::Relaxed) == version).then_some((version / 2 - 1, words))
    }
}

#[cfg(test)]
mod tests {
    use loom::sync::atomic as checked;

    use super::*;

    #[derive(Debug)]
    struct CheckedWord(checked::AtomicU64);

    impl Default for CheckedWord {
        fn default() -> Self {
            Self(checked::AtomicU64::new(0))
        }
    }

    impl Word for CheckedWord {
        fn load(&self, ordering: Ordering) -> u64 {
            self.0.load(ordering)
        }

        fn store(&self, value: u64, ordering: Ordering) {
            self.0.store(value, ordering);
        }

        fn replace(&self, seen: u64, value: u64) -> bool {
            self.0.compare_exchange(seen, value, Ordering::Acquire, Ordering::Relaxed).is_ok()
        }

        fn fence(ordering: Ordering) {
            checked::fence(ordering);
        }
    }

    /// Both words of a record tell its number.
    fn write<W: Word>(slot: &Slot<W, 2>, number: u64) -> bool {
        slot.write(number, |words| {
            words.put(0, number);
            words.put(1, 10 * number);
        })
    }

    #[test]
    fn a_reader_gets_a_whole_record_or_none() {
        let mut model = loom::model::Builder::new();
        // All orders in which a thread is interrupted at most twice: a mistake that needs more has not been seen.
        model.preemption_bound = Some(2);
        model.check(|| {
            let slot = loom::sync::Arc::new(Slot::<CheckedWord, 2>::default());
            assert!(write(&slot, 1));
            let writers = [2, 3].map(|number| {
                let slot = loom::sync::Arc::clone(&slot);
                loom::thread::spawn(move || write(&slot, number))
            });
            if let Some((number, words)) = slot.read() {
                assert_eq!(words, [number, 10 * number]);
            }
            let written = writers.map(|writer| writer.join().unwrap());
            assert!(written.contains(&true), "the first that comes is never passed over");
            let (number, words) = slot.read().expect("nobody writes any more");
            assert_eq!(words, [number, 10 * number]);
            assert!(number == 3 || !written[1], "an earlier record replaces no later one");
        });
    }

    #[test]
    fn an_earlier_record_replaces_no_later_one() {
        let slot = Slot::<AtomicU64, 2>::default();
        assert_eq!(slot.read(), None);
        assert!(write(&slot, 5) && !write(&slot, 4));
        assert_eq!(slot.read(), Some((5, [5, 50])));
    }
}
