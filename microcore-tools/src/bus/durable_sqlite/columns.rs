//! Values as the columns hold them.

use microcore_runtime::event::Envelope;

/// An envelope as it is stored.
pub(super) fn text(envelope: &Envelope) -> String {
    serde_json::to_string(envelope).expect("an envelope is strings and numbers")
}

/// Milliseconds fit for some hundred million years.
pub(super) fn as_i64(millis: u64) -> i64 {
    i64::try_from(millis).unwrap_or(i64::MAX)
}
