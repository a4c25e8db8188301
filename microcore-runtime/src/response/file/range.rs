//! `range: bytes=0-499`. In: the header and the length of what is there. Out: which bytes, or that there are none.
//!
//! One range is served. Several at once are a list that RFC 9110 lets a server ignore: the whole is sent.

use std::ops::RangeInclusive;

/// What to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wanted {
    /// 200.
    Whole,
    /// 206: these bytes, at least one.
    Part(RangeInclusive<u64>),
    /// 416.
    Nothing,
}

pub(super) fn wanted(header: &str, length: u64) -> Wanted {
    let Some(text) = header.strip_prefix("bytes=") else { return Wanted::Whole };
    let Some((first, last)) = text.trim().split_once('-') else { return Wanted::Whole };
    let number = |text: &str| -> Option<Option<u64>> {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        match text {
            "" => Some(None),
            // Longer than any file there is, but well-formed.
            _ if digits => Some(Some(text.parse().unwrap_or(u64::MAX))),
            _ => None,
        }
    };
    match (number(first), number(last)) {
        (Some(Some(first)), Some(last)) => {
            let last = last.unwrap_or(u64::MAX);
            if first > last {
                Wanted::Whole
            } else if first >= length {
                Wanted::Nothing
            } else {
                Wanted::Part(first..=last.min(length - 1))
            }
        }
        (Some(None), Some(Some(suffix))) => {
            if suffix == 0 || length == 0 {
                Wanted::Nothing
            } else {
                Wanted::Part(length - suffix.min(length)..=length - 1)
            }
        }
        _ => Wanted::Whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_range_is_served_and_nonsense_is_ignored() {
        assert_eq!(wanted("bytes=0-3", 10), Wanted::Part(0..=3));
        assert_eq!(wanted("bytes=8-", 10), Wanted::Part(8..=9));
        assert_eq!(wanted("bytes=8-99999999999999999999999", 10), Wanted::Part(8..=9));
        assert_eq!(wanted("bytes=-3", 10), Wanted::Part(7..=9));
        assert_eq!(wanted("bytes=-30", 10), Wanted::Part(0..=9));
        for nothing in ["bytes=10-", "bytes=10-20", "bytes=-0"] {
            assert_eq!(wanted(nothing, 10), Wanted::Nothing, "{nothing}");
        }
        assert_eq!(wanted("bytes=0-", 0), Wanted::Nothing);
        for whole in ["", "bytes=", "bytes=-", "bytes=3-1", "bytes=a-b", "bytes=0-1,3-4", "items=0-1", "bytes=+1-2"] {
            assert_eq!(wanted(whole, 10), Wanted::Whole, "{whole}");
        }
    }

    proptest::proptest! {
        /// Whatever is asked for, what is sent is there.
        #[test]
        fn a_part_is_never_outside(header in "(bytes=)?[0-9]{0,20}-?[0-9]{0,20}(,[0-9-]{0,5})?", length: u64) {
            if let Wanted::Part(part) = wanted(&header, length) {
                assert!(part.start() <= part.end() && *part.end() < length, "{header} of {length}");
            }
        }
    }
}
