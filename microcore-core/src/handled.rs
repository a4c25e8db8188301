//! What the running code handles, for tools that must know: whose delivery a mail belongs to, which request a call is part
//! of.
//!
//! The runtime carries it; a tool that is a crate of its own depends on no runtime, so it is asked through here.

use std::sync::OnceLock;

/// The request or event that the running code handles.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Handled {
    /// Its own id: the same for each repetition of a delivery.
    pub id: String,
    /// The id of the first of the chain that led here.
    pub origin: String,
    /// The event's name; `None` for a request.
    pub event: Option<&'static str>,
    /// Which attempt of a delivery this is, counted from 1; 0 where nothing is delivered.
    pub attempt: u32,
    /// The header `traceparent` for a call of another service that is made in it.
    pub traceparent: Option<String>,
}

impl Handled {
    /// What the runtime knows.
    #[doc(hidden)]
    pub fn new(id: String, origin: String, event: Option<&'static str>, attempt: u32) -> Self {
        Self { id, origin, event, attempt, traceparent: None }
    }

    /// The same as part of a trace.
    #[doc(hidden)]
    #[must_use]
    pub fn traced(self, traceparent: String) -> Self {
        Self { traceparent: Some(traceparent), ..self }
    }
}

static LOOK: OnceLock<fn() -> Option<Handled>> = OnceLock::new();

/// What is being handled by the running task, if anything.
///
/// ```
/// use microcore_core::{Handled, handled};
///
/// /// The same for each repetition of a delivery: by it the other side tells that it has done this already.
/// fn idempotency_key() -> Option<String> {
///     handled().map(|Handled { id, .. }| id)
/// }
/// assert_eq!(idempotency_key(), None, "nothing is handled here");
/// ```
pub fn handled() -> Option<Handled> {
    LOOK.get().and_then(|look| look())
}

/// From now on this is asked. A second call changes nothing: one process has one runtime.
#[doc(hidden)]
pub fn asked_of(look: fn() -> Option<Handled>) {
    let _ = LOOK.set(look);
}
