//! How often each of many may do something: token buckets, one per key, in bounded memory.
//!
//! In: a key and the time. Out: nothing, or how long to wait. A key that was not seen for as long as its bucket takes to
//! fill is as good as new, so buckets live in two generations: when the younger one is that old, the older one is given
//! back as a whole. No call ever looks at more than its own key.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hash};
use std::mem;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Keys that meet in one lock are few.
const SHARDS: usize = 16;

/// Keys of one generation of one shard: past that the oldest are forgotten early. In all shards and both generations that
/// is 458,752 keys, which take at most 18 MiB where they are addresses.
const MOST: usize = 14 * 1024;

/// So much in each `period`, as a steady flow with as large a burst.
#[derive(Debug)]
pub(crate) struct Buckets<K> {
    shards: Box<[Mutex<Generations<K>>]>,
    hasher: RandomState,
    most: usize,
    /// Time in which one token comes back, in nanoseconds.
    interval: u64,
    /// Time in which an empty bucket fills.
    period: u64,
    start: Instant,
}

#[derive(Debug)]
struct Generations<K> {
    /// When each bucket will be full again, in nanoseconds since the start.
    young: HashMap<K, u64>,
    old: HashMap<K, u64>,
    /// When the younger generation began.
    since: u64,
}

impl<K: Hash + Eq + Copy> Buckets<K> {
    /// `count` must not be zero.
    pub(crate) fn new(count: u32, period: Duration) -> Self {
        Self::holding(MOST, count, period)
    }

    fn holding(most: usize, count: u32, period: Duration) -> Self {
        let interval = nanos(period) / u64::from(count.max(1));
        let empty = || Mutex::new(Generations { young: HashMap::new(), old: HashMap::new(), since: 0 });
        Self {
            shards: (0..SHARDS).map(|_| empty()).collect(),
            hasher: RandomState::new(),
            most,
            interval,
            period: interval * u64::from(count.max(1)),
            start: Instant::now(),
        }
    }

    /// Takes one token, or says how long it takes until there is one.
    pub(crate) fn take(&self, key: K) -> Result<(), Duration> {
        self.take_at(key, nanos(self.start.elapsed()))
    }

    /// Whether there is a token; how long it takes, where there is none.
    pub(crate) fn look(&self, key: K) -> Result<(), Duration> {
        self.look_at(key, nanos(self.start.elapsed()))
    }

    fn take_at(&self, key: K, now: u64) -> Result<(), Duration> {
        self.with(key, now, |full, generations| {
            let next = full.max(now) + self.interval;
            if let Some(wait) = next.checked_sub(now + self.period).filter(|wait| *wait > 0) {
                // Who is refused has asked as well, and is not forgotten.
                generations.young.insert(key, full);
                return Err(Duration::from_nanos(wait));
            }
            generations.young.insert(key, next);
            Ok(())
        })
    }

    fn look_at(&self, key: K, now: u64) -> Result<(), Duration> {
        self.with(key, now, |full, _| {
            let wait = (full.max(now) + self.interval).checked_sub(now + self.period).filter(|wait| *wait > 0);
            wait.map_or(Ok(()), |wait| Err(Duration::from_nanos(wait)))
        })
    }

    /// `work` gets the time at which the key's bucket is full.
    fn with<T>(&self, key: K, now: u64, work: impl FnOnce(u64, &mut Generations<K>) -> T) -> T {
        let place = self.hasher.hash_one(key) >> 32;
        let shard = &self.shards[usize::try_from(place).unwrap_or_default() % SHARDS];
        let mut generations = shard.lock().unwrap_or_else(PoisonError::into_inner);
        generations.age(now, self.period, self.most);
        let full = generations.young.get(&key).or_else(|| generations.old.get(&key)).copied().unwrap_or(0);
        work(full, &mut generations)
    }

    #[cfg(test)]
    fn len(&self) -> usize {
        let count = |shard: &Mutex<Generations<K>>| {
            let generations = shard.lock().unwrap();
            generations.young.len() + generations.old.len()
        };
        self.shards.iter().map(count).sum()
    }
}

impl<K> Generations<K> {
    /// Gives a generation back that says nothing any more: its memory, in one piece.
    fn age(&mut self, now: u64, period: u64, most: usize) {
        let age = now.saturating_sub(self.since);
        if age < period && self.young.len() < most {
            return;
        }
        // What is twice as old is full, and so is what was young then.
        self.old = if age >= period.saturating_mul(2) { HashMap::new() } else { mem::take(&mut self.young) };
        self.young = HashMap::new();
        self.since = now;
    }
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    /// A bucket as one would explain it: tokens come back one by one, and no more than fit.
    struct Plain {
        count: u32,
        interval: u64,
        /// Per key: what is missing, as time, and when that was so.
        missing: HashMap<u8, (u64, u64)>,
    }

    impl Plain {
        fn take(&mut self, key: u8, now: u64) -> bool {
            let (missing, then) = self.missing.get(&key).copied().unwrap_or((0, now));
            let missing = missing.saturating_sub(now - then);
            let room = missing + self.interval <= self.interval * u64::from(self.count);
            self.missing.insert(key, (if room { missing + self.interval } else { missing }, now));
            room
        }
    }

    proptest! {
        #[test]
        fn a_bucket_gives_what_a_plain_one_gives(
            count in 1_u32..200,
            steps in prop::collection::vec((0_u8..4, 0_u64..90_000), 1..400),
        ) {
            let buckets = Buckets::new(count, MINUTE);
            let mut plain = Plain { count, interval: buckets.interval, missing: HashMap::new() };
            let mut now = 0;
            for (key, millis) in steps {
                // Most come close together, some after minutes.
                now += if millis < 60_000 { millis / 100 } else { millis * 2 } * 1_000_000;
                let may = buckets.look_at(key, now);
                let taken = buckets.take_at(key, now);
                prop_assert_eq!(may, taken);
                prop_assert_eq!(taken.is_ok(), plain.take(key, now));
                if let Err(wait) = taken {
                    let then = now + nanos(wait);
                    prop_assert!(buckets.look_at(key, then).is_ok(), "what it says to wait is enough");
                    prop_assert!(buckets.look_at(key, then - 1).is_err(), "and no more than needed");
                }
            }
        }
    }

    #[test]
    fn a_flood_of_keys_takes_bounded_memory_and_forgets_nobody_who_asks_all_the_time() {
        let buckets = Buckets::holding(64, 2, MINUTE);
        let mut granted = 0;
        for key in 0..100_000_u32 {
            assert!(buckets.take_at(key + 1, 0).is_ok());
            // One that a flood would like to be forgotten asks in between.
            granted += u32::from(key % 16 == 0 && buckets.take_at(0, 0).is_ok());
        }
        assert!(buckets.len() <= SHARDS * 2 * 64, "{}", buckets.len());
        assert_eq!(granted, 2);
    }

    #[test]
    fn who_has_not_asked_for_long_is_given_back() {
        let buckets = Buckets::new(10, MINUTE);
        for key in 0..10_000_u32 {
            buckets.take_at(key, 0).unwrap();
        }
        assert_eq!(buckets.len(), 10_000);
        for key in 0..1_000_u32 {
            buckets.take_at(key, 3 * nanos(MINUTE)).unwrap();
        }
        assert_eq!(buckets.len(), 1_000, "every shard was asked by some");
    }

    #[test]
    fn the_largest_limit_still_counts() {
        let buckets = Buckets::new(u32::MAX, MINUTE);
        assert!(buckets.take_at(1, 0).is_ok());
    }
}
