//! What runs around handlers. In: the head of a request and what comes next, as a future. Out: a response.

use crate::error::Result;
use crate::response::{Response, failure};

/// The rest of the way to the handler and back, as an `#[around]` gets it. Awaiting it runs it; dropping it does not.
pub trait Next: Future<Output = Response> + Send {}

impl<F: Future<Output = Response> + Send> Next for F {}

/// Runs `next`, unless `check` refuses: then the refusal is the answer.
pub async fn unless_refused(check: impl Future<Output = Result<()>>, next: impl Future<Output = Response>) -> Response {
    match check.await {
        Ok(()) => next.await,
        Err(error) => failure(error),
    }
}
