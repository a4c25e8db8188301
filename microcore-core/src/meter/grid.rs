//! The one grid that all times are counted on: 1, 1.5, 2, 3, 5, 7 per decade, from a microsecond to ten seconds.
//!
//! A time stands in the first place whose bound it does not pass; what is longer than the last bound stands behind it.
//! Neighbours differ by a factor of 1.67 at most, so the middle of a place is off by no more than a quarter.

/// Nanoseconds.
pub const BOUNDS: [u64; PLACES - 1] = bounds();
/// How many places there are, the one for longer times included.
pub const PLACES: usize = 44;

const STEPS: [u64; 6] = [10, 15, 20, 30, 50, 70];

const fn bounds() -> [u64; PLACES - 1] {
    let mut bounds = [0; PLACES - 1];
    let (mut place, mut decade) = (0, 100);
    while place < bounds.len() {
        bounds[place] = STEPS[place % STEPS.len()] * decade;
        place += 1;
        if place.is_multiple_of(STEPS.len()) {
            decade *= 10;
        }
    }
    bounds
}

/// By the number of a time's binary digits: how many bounds every such time has passed.
#[cfg(feature = "observe")]
const PASSED: [u8; 65] = {
    let mut passed = [0; 65];
    let mut digits = 1;
    while digits < passed.len() {
        let smallest = 1_u64 << (digits - 1);
        while (passed[digits] as usize) < BOUNDS.len() && BOUNDS[passed[digits] as usize] < smallest {
            passed[digits] += 1;
        }
        digits += 1;
    }
    passed
};

/// The bounds, and behind them some that nothing passes: so many that no index needs a check.
#[cfg(feature = "observe")]
const PADDED: [u64; 65] = {
    let mut padded = [u64::MAX; 65];
    let mut place = 0;
    while place < BOUNDS.len() {
        padded[place] = BOUNDS[place];
        place += 1;
    }
    padded
};

/// The place of a time. Between a power of two and the next there are two bounds at the most.
#[cfg(feature = "observe")]
#[inline]
pub(super) fn place(nanos: u64) -> usize {
    let passed = usize::from(PASSED[64 - nanos.leading_zeros() as usize]) & 63;
    passed + usize::from(nanos > PADDED[passed]) + usize::from(nanos > PADDED[passed + 1])
}

#[cfg(all(test, feature = "observe"))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn searched(nanos: u64) -> usize {
        BOUNDS.iter().position(|bound| nanos <= *bound).unwrap_or(BOUNDS.len())
    }

    #[test]
    fn the_bounds_are_what_the_page_says() {
        assert_eq!(BOUNDS[..7], [1_000, 1_500, 2_000, 3_000, 5_000, 7_000, 10_000]);
        assert_eq!(BOUNDS.last(), Some(&10_000_000_000));
        for nanos in BOUNDS.into_iter().flat_map(|bound| [bound - 1, bound, bound + 1]).chain([0, 1, u64::MAX]) {
            assert_eq!(place(nanos), searched(nanos), "{nanos}");
        }
        for digits in 0..64 {
            for nanos in [(1_u64 << digits) - 1, 1 << digits] {
                assert_eq!(place(nanos), searched(nanos), "{nanos}");
            }
        }
    }

    proptest! {
        #[test]
        fn a_time_is_where_a_linear_search_finds_it(nanos in any::<u64>(), shift in 0_u32..64) {
            let nanos = nanos >> shift;
            prop_assert_eq!(place(nanos), searched(nanos));
        }
    }
}
