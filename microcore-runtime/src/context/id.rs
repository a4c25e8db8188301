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
///
/// ```
/// use microcore_runtime::context::Id;
///
/// // A client's own id goes into every line of the log, so it is looked at.
/// assert_eq!(Id::adopt("order-7").unwrap().to_string(), "order-7");
/// assert_eq!(Id::adopt("two\nlines"), None);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Id(Repr);

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Repr {
    Made { process: u64, number: u64 },
    Adopted(Arc<str>),
}

/// This process's part of every id, as a number and as it is written.
static PROCESS: LazyLock<(u64, [u8; 16])> = LazyLock::new(|| {
    let process = RandomState::new().hash_one(std::process::id());
    (process, hexadecimal(process))
});

fn hexadecimal(number: u64) -> [u8; 16] {
    std::array::from_fn(|place| digit(number >> (60 - 4 * place)))
}

/// That of the lowest four bits.
fn digit(number: u64) -> u8 {
    b"0123456789abcdef"[(number & 15) as usize]
}

impl Id {
    /// A new id: random per process, then counted.
    pub fn make() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        // Relaxed: only uniqueness counts, not order.
        Self(Repr::Made { process: PROCESS.0, number: NEXT.fetch_add(1, Ordering::Relaxed) })
    }

    /// A client's id, where it is short and holds only letters, digits, `-`, `_`, `.` and `:`.
    ///
    /// Anything else could forge log lines or bloat them.
    pub fn adopt(text: &str) -> Option<Self> {
        let safe = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':');
        let usable = !text.is_empty() && text.len() <= LONGEST && text.bytes().all(safe);
        usable.then(|| Self::made(text).unwrap_or_else(|| Self(Repr::Adopted(text.into()))))
    }

    /// How it is written, without the machinery of `Display` and without allocating: one is made for every request.
    pub(crate) fn text(&self) -> IdText<'_> {
        let (process, number) = match &self.0 {
            Repr::Made { process, number } => (*process, *number),
            Repr::Adopted(text) => return IdText::Adopted(text),
        };
        let mut bytes = [b'-'; 33];
        let known = if process == PROCESS.0 { PROCESS.1 } else { hexadecimal(process) };
        bytes[..16].copy_from_slice(&known);
        let digits = (64 - (number | 1).leading_zeros()).div_ceil(4);
        let end = 17 + digits as usize;
        let mut left = number;
        for byte in bytes[17..end].iter_mut().rev() {
            *byte = digit(left);
            left >>= 4;
        }
        IdText::Made { bytes, end }
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

/// The text of an id.
#[derive(Debug, Clone, Copy)]
pub(crate) enum IdText<'i> {
    /// Hexadecimal digits and a dash, so many bytes of them.
    Made {
        bytes: [u8; 33],
        end: usize,
    },
    Adopted(&'i str),
}

impl IdText<'_> {
    pub(crate) fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Made { bytes, end } => &bytes[..*end],
            Self::Adopted(text) => text.as_bytes(),
        }
    }

    fn as_str(&self) -> &str {
        str::from_utf8(self.as_bytes()).expect("digits and a dash are text")
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.text().as_str())
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

/// `00000000000000ab-1f`: the process, and the number.
impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text().as_str())
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
    fn it_is_written_as_its_process_and_its_number_in_hexadecimal() {
        for (process, number, text) in [
            (0xab, 0, "00000000000000ab-0"),
            (0, 15, "0000000000000000-f"),
            (1, 16, "0000000000000001-10"),
            (u64::MAX, u64::MAX, "ffffffffffffffff-ffffffffffffffff"),
        ] {
            assert_eq!(Id(Repr::Made { process, number }).to_string(), text);
        }
        let id = Id::make();
        let Repr::Made { process, number } = id.0 else { panic!("it was made") };
        assert_eq!(id.to_string(), format!("{process:016x}-{number:x}"));
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
