//! The error where one of the standard library is expected: as the cause of another, in a stream of bytes.

use std::error::Error as StdError;
use std::fmt;

use super::Error;

/// Says its whole chain, so it has no further source.
struct Boxed(Error);

/// [`Error`] is no [`std::error::Error`], because every one of those becomes an [`Error`] through `?`.
impl From<Error> for Box<dyn StdError + Send + Sync> {
    fn from(error: Error) -> Self {
        Box::new(Boxed(error))
    }
}

impl StdError for Boxed {}

impl fmt::Display for Boxed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Boxed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_cause_of_another_with_all_that_it_knows() {
        let cause = Error::internal("the disk is full").with_source("x".parse::<u8>().unwrap_err());
        let error = Error::unavailable("no report").with_source(cause);
        assert_eq!(error.to_string(), "no report: the disk is full: invalid digit found in string");
    }
}
