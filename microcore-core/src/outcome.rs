//! What handlers of events and hooks may return: nothing, or a result.

use crate::error::{Error, Result};

/// The return type of a subscriber or of a lifecycle hook: `()` or `Result<()>`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be what this handler returns",
    label = "must be `()` or `Result<()>`",
    note = "nobody reads a value here; publish an event to tell others"
)]
pub trait Outcome {
    /// As a result.
    fn outcome(self) -> Result<()>;
}

impl Outcome for () {
    #[inline]
    fn outcome(self) -> Result<()> {
        Ok(())
    }
}

impl<E: Into<Error>> Outcome for Result<(), E> {
    #[inline]
    fn outcome(self) -> Result<()> {
        self.map_err(Into::into)
    }
}
