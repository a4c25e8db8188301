//! The id of a request or an event: made without allocating, or adopted from a client after a check.

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};

/// The longest id that is adopted from a client, in bytes.
const LONGEST: usize = 64;

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

    /// A client's id, where it is short and holds only letters, digits, `-`, `_`, `.` and `:`.
    ///
    /// Anything else could forge log lines or bloat them.
    pub fn adopt(text: &str) -> Option<Self> {
        let safe = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':');
        (!text.is_empty() && text.len() <= LONGEST && text.bytes().all(safe)).then(|| Self(Repr::Adopted(text.into())))
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
}
