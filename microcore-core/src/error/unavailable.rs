//! The mark that a tool puts into its errors when the thing behind it is down.

use std::error::Error as StdError;
use std::fmt;

/// Says, anywhere in a chain of causes, that something which should be there is not reachable now.
///
/// A tool returns it as the `source` of its own error; a handler that passes that error on with `?` answers 503.
///
/// ```
/// use microcore_core::error::{Result, Unavailable};
///
/// fn ask_the_bank() -> std::io::Result<u32> {
///     Err(std::io::ErrorKind::ConnectionRefused.into())
/// }
///
/// fn balance() -> Result<u32> {
///     Ok(ask_the_bank().map_err(Unavailable::because)?)
/// }
/// assert_eq!(balance().unwrap_err().status(), 503);
/// ```
#[derive(Debug)]
pub struct Unavailable(Box<dyn StdError + Send + Sync>);

impl Unavailable {
    /// Wraps the cause: the driver's own error, or a sentence.
    pub fn because(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self(cause.into())
    }
}

impl fmt::Display for Unavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("unavailable")
    }
}

impl StdError for Unavailable {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&*self.0)
    }
}
