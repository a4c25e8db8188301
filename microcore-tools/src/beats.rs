//! Who is alive, as one process sees it: others count on while they hold something, and one whose count stood still for a
//! lease is gone. Time is this process's own monotonic clock, so no wall clock can take a delivery from anybody.

use std::collections::HashMap;
use std::time::{Duration, Instant};

/// The others: the last count of each, and since when it stands.
#[derive(Debug, Default)]
pub(crate) struct Beats(HashMap<String, (i64, Instant)>);

impl Beats {
    /// Takes note of the others as they are now; gives those whose count stood still for a lease.
    pub(crate) fn gone(&mut self, others: Vec<(String, i64)>, lease: Duration) -> Vec<(String, i64)> {
        self.gone_at(Instant::now(), others, lease)
    }

    fn gone_at(&mut self, now: Instant, others: Vec<(String, i64)>, lease: Duration) -> Vec<(String, i64)> {
        let mut before = std::mem::take(&mut self.0);
        let mut gone = Vec::new();
        for (name, beat) in others {
            let since = before.remove(&name).filter(|(last, _)| *last == beat).map_or(now, |(_, since)| since);
            if now.duration_since(since) >= lease {
                gone.push((name.clone(), beat));
            }
            self.0.insert(name, (beat, since));
        }
        gone
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_stands_still_for_a_lease_is_gone_and_who_beats_is_not() {
        let (mut beats, lease, begin) = (Beats::default(), Duration::from_secs(30), Instant::now());
        let at = |seconds| begin + Duration::from_secs(seconds);
        let both = |first, second| vec![("first".to_owned(), first), ("second".to_owned(), second)];
        assert!(beats.gone_at(at(0), both(1, 7), lease).is_empty());
        assert!(beats.gone_at(at(29), both(2, 7), lease).is_empty(), "a lease is not over");
        assert_eq!(beats.gone_at(at(30), both(2, 7), lease), [("second".to_owned(), 7)]);
        assert_eq!(beats.gone_at(at(40), both(2, 8), lease), [], "it has come back");
        assert_eq!(beats.gone_at(at(59), both(2, 8), lease), [("first".to_owned(), 2)]);
        // Who is not there any more begins anew when it is seen again.
        assert!(beats.gone_at(at(60), Vec::new(), lease).is_empty());
        assert!(beats.gone_at(at(99), both(2, 8), lease).is_empty());
    }
}
