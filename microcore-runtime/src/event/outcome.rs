//! What handlers of events may return: nothing, or a result.

use crate::error::{Error, Result};

/// The return type of a responder: `Result<T>`, where `T` is the request's reply type.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be what this responder returns",
    label = "must be `Result<{Reply}>`",
    note = "the reply type stands in the event's `#[event(\"…\", reply = …)]`"
)]
pub trait Answer<Reply> {
    /// As a result.
    fn answer(self) -> Result<Reply>;
}

impl<Reply, E: Into<Error>> Answer<Reply> for Result<Reply, E> {
    fn answer(self) -> Result<Reply> {
        self.map_err(Into::into)
    }
}
