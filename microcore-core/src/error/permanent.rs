//! The mark of a failure that no repetition makes better.

use std::error::Error as StdError;
use std::fmt;

/// Says, anywhere in a chain of causes, that trying again can't help: the bus then buries a delivery at once.
///
/// A tool returns it as the `source` of its own error, as with [`Unavailable`](super::Unavailable).
#[derive(Debug)]
pub struct Permanent(Box<dyn StdError + Send + Sync>);

impl Permanent {
    /// Wraps the cause: the driver's own error, or a sentence.
    pub fn because(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self(cause.into())
    }
}

impl fmt::Display for Permanent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("for good")
    }
}

impl StdError for Permanent {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&*self.0)
    }
}
