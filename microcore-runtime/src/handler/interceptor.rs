//! What comes next for an `#[around]`, as a future. Out of it: a response.

use crate::response::Response;

/// The rest of the way to the handler and back, as an `#[around]` gets it. Awaiting it runs it; dropping it does not.
pub trait Next: Future<Output = Response> + Send {}

impl<F: Future<Output = Response> + Send> Next for F {}
