//! The id of a request or an event: made without allocating, or adopted from a client after a check.

use std::borrow::Cow;
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The longest id that is adopted from a client, in bytes.
const LONGEST: usize = 64;
/// So many words hold the longest id.
pub(crate) const ID_WORDS: usize = LONGEST / 8;

/// Identifies one request or one event. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Id(Repr);

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Repr {
    Made { process: u64, number: u64 },
    Adopted(Arc<str>),
}

impl Id {
    /// A new id: random per process, then counted.
    pub fn make() -> Self {
        static PROCESS: LazyLock<u64> = LazyLock::new(|| RandomState::new().hash_one(std::process::id()));
        static NEXT: AtomicU64 = AtomicU64::new(1);
        // Relaxed: only uniqueness counts, not order.
        Self(Repr::Made { process: *PROCESS, number: NEXT.fetch_add(1, Ordering::Relaxed) })
    }

    /// A new id and its text, written without the machinery of `Display`: one is made for every request.
    pub(crate) fn make_with_text() -> (Self, IdText) {
        let id = Self::make();
        let mut text = IdText { bytes: [b'0'; 33], start: 0 };
        if let Repr::Made { process, number } = id.0 {
            let mut end = 33;
            let mut push = |byte: u8| {
                end -= 1;
                text.bytes[end] = byte;
            };
            let digit = |value: u64| b"0123456789abcdef"[(value & 15) as usize];
            let mut left = number;
            loop {
                push(digit(left));
                left >>= 4;
                if left == 0 {
                    break;
                }
            }
            push(b'-');
            for place in 0..16 {
                push(digit(process >> (4 * place)));
            }
            text.start = end;
        }
        (id, text)
    }

    /// A client's id, where it is short and holds only letters, digits, `-`, `_`, `.` and `:`.
    ///
    /// Anything else could forge log lines or bloat them.
    pub fn adopt(text: &str) -> Option<Self> {
        let safe = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':');
        let usable = !text.is_empty() && text.len() <= LONGEST && text.bytes().all(safe);
        usable.then(|| Self::made(text).unwrap_or_else(|| Self(Repr::Adopted(text.into()))))
    }

    /// An id that some process made, read again: equal to the one that was written.
    fn made(text: &str) -> Option<Self> {
        let (process, number) = text.split_once('-')?;
        let id = Self(Repr::Made {
            process: u64::from_str_radix(process, 16).ok()?,
            number: u64::from_str_radix(number, 16).ok()?,
        });
        // One shape only: what was not written by `Display` stays as it came.
        (process.len() == 16 && id.to_string() == text).then_some(id)
    }
}

/// What an id is made of.
#[derive(Debug, Clone, Copy)]
pub(crate) enum IdShape<'i> {
    /// By a process: its number, then the number within.
    Made([u64; 2]),
    /// By somebody else.
    Adopted(&'i str),
}

impl Id {
    /// What it is made of.
    #[inline]
    pub(crate) fn shape(&self) -> IdShape<'_> {
        match &self.0 {
            Repr::Made { process, number } => IdShape::Made([*process, *number]),
            Repr::Adopted(text) => IdShape::Adopted(text),
        }
    }

    /// An id of this shape.
    pub(crate) fn of(shape: IdShape<'_>) -> Self {
        match shape {
            IdShape::Made([process, number]) => Self(Repr::Made { process, number }),
            IdShape::Adopted(text) => Self(Repr::Adopted(text.into())),
        }
    }
}

/// The text of an id that was made here.
#[derive(Debug, Clone, Copy)]
pub(crate) struct IdText {
    bytes: [u8; 33],
    start: usize,
}

impl IdText {
    /// Hexadecimal digits and a dash.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.bytes[self.start..]
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        Self::adopt(&text).ok_or_else(|| Error::custom("not an id: up to 64 letters, digits, `-`, `_`, `.` and `:`"))
    }
}

impl JsonSchema for Id {
    fn schema_name() -> Cow<'static, str> {
        "Id".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "maxLength": LONGEST })
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Made { process, number } => write!(f, "{process:016x}-{number:x}"),
            Repr::Adopted(text) => f.write_str(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adopts_only_short_and_safe_ids() {
        assert_eq!(Id::adopt("abc-1:2.3_4").unwrap().to_string(), "abc-1:2.3_4");
        for wrong in ["", "a b", "a\nb", "é", &"x".repeat(65)] {
            assert_eq!(Id::adopt(wrong), None, "{wrong:?}");
        }
        assert_ne!(Id::make(), Id::make());
    }

    #[test]
    fn the_text_of_a_new_id_is_what_it_displays() {
        for _ in 0..40 {
            let (id, text) = Id::make_with_text();
            assert_eq!(str::from_utf8(text.as_bytes()).unwrap(), id.to_string());
        }
    }

    #[test]
    fn an_id_that_was_written_is_equal_when_it_is_read() {
        for id in [Id::make(), Id::adopt("lunch").unwrap(), Id::adopt("00000000000000ab-0c").unwrap()] {
            let text = serde_json::to_string(&id).unwrap();
            assert_eq!(serde_json::from_str::<Id>(&text).unwrap(), id, "{text}");
        }
        assert!(serde_json::from_str::<Id>("\"a b\"").is_err());
    }
}
