//! Ids in the words of the W3C: a trace is 128 bits, a span is 64.
//!
//! In: our ids. Out: numbers. An id that a process made is its own 128 bits already; of what it counts the bits are mixed,
//! by a function that can be undone, so that samplers which look at the low ones see random ones.

use super::id::{Id, IdShape};

impl Id {
    /// The trace that begins with it; never two zeros.
    pub(crate) fn trace(&self) -> [u64; 2] {
        let [high, low] = match self.shape() {
            IdShape::Made([process, number]) => [process, mixed(number)],
            IdShape::Adopted(text) => trace_of(text).unwrap_or_else(|| hashed(text.as_bytes())),
        };
        [high, if high | low == 0 { 1 } else { low }]
    }

    /// Its span, or that of an attempt to deliver it; never zero.
    pub(crate) fn span(&self, attempt: u32) -> u64 {
        let span = match self.shape() {
            // Two processes count alike.
            IdShape::Made([process, number]) => mixed(number ^ process.rotate_left(32)),
            IdShape::Adopted(text) => word_of(text).unwrap_or_else(|| hashed(text.as_bytes())[1]),
        };
        let span = if attempt == 0 { span } else { mixed(span.wrapping_add(attempt.into())) };
        span.max(1)
    }
}

impl Id {
    /// The span of what is done in an attempt: of a request, an event or a run by itself, where nobody is named; else of
    /// this subscriber, schedule or job. Two subscribers of one event are at work at the same time.
    pub(crate) fn span_of(&self, attempt: u32, by: Option<&str>) -> u64 {
        match by {
            None => self.span(attempt),
            Some(by) => span_beside(self.span(attempt), hashed(by.as_bytes())[1]),
        }
    }
}

/// A span of its own beside or below another one.
pub(crate) fn span_beside(span: u64, number: u64) -> u64 {
    mixed(span ^ mixed(number.wrapping_add(1))).max(1)
}

/// Of an id that is a trace of the W3C's already: 32 hexadecimal digits.
fn trace_of(text: &str) -> Option<[u64; 2]> {
    let (high, low) = text.split_at_checked(16)?;
    Some([word_of(high)?, word_of(low)?])
}

/// 16 hexadecimal digits.
fn word_of(text: &str) -> Option<u64> {
    let is_hex = text.len() == 16 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    is_hex.then(|| u64::from_str_radix(text, 16).ok())?
}

/// The finaliser of `SplitMix64`: each output has one input.
const fn mixed(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

/// FNV-1a of 128 bits: the same in every process and version.
fn hashed(bytes: &[u8]) -> [u64; 2] {
    let hash = bytes.iter().fold(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d_u128, |hash, byte| {
        (hash ^ u128::from(*byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b)
    });
    #[expect(clippy::cast_possible_truncation, reason = "the two halves")]
    let halves = [(hash >> 64) as u64, hash as u64];
    halves
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn ids_that_are_counted_have_traces_and_spans_that_look_random() {
        let ids: Vec<Id> = (0..10_000).map(|_| Id::make()).collect();
        assert_eq!(ids.iter().map(|id| id.span(0)).collect::<BTreeSet<_>>().len(), ids.len());
        assert_eq!(ids.iter().map(Id::trace).collect::<BTreeSet<_>>().len(), ids.len());
        // A sampler that takes one in four by the low bits finds about one in four.
        for taken in [
            ids.iter().filter(|id| id.trace()[1].is_multiple_of(4)).count(),
            ids.iter().filter(|id| id.span(0).is_multiple_of(4)).count(),
        ] {
            assert!((2_200..2_800).contains(&taken), "{taken}");
        }
    }

    #[test]
    fn what_is_a_trace_already_stays_one() {
        let id = Id::adopt("4bf92f3577b34da6a3ce929d0e0e4736").unwrap();
        assert_eq!(id.trace(), [0x4bf9_2f35_77b3_4da6, 0xa3ce_929d_0e0e_4736]);
        assert_eq!(Id::adopt("00f067aa0ba902b7").unwrap().span(0), 0x00f0_67aa_0ba9_02b7);
        for other in ["4BF92F3577B34DA6A3CE929D0E0E4736", "4bf92f3577b34da6a3ce929d0e0e473", "lunch", "é"] {
            assert_eq!(trace_of(other), None, "{other}");
        }
    }

    #[test]
    fn a_text_has_always_the_same_trace() {
        let id = Id::adopt("lunch").unwrap();
        assert_eq!(id.trace(), Id::adopt("lunch").unwrap().trace());
        assert_ne!(id.trace(), Id::adopt("dinner").unwrap().trace());
        assert_eq!(hashed(b""), [0x6c62_272e_07bb_0142, 0x62b8_2175_6295_c58d]);
        assert_eq!(hashed(b"a"), [0xd228_cb69_6f1a_8caf, 0x7891_2b70_4e4a_8964]);
    }
}
