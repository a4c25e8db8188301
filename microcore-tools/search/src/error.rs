//! The errors of the tool, the same for every backend.

use microcore::error::{Permanent, Unavailable};

/// Why nothing was indexed, or nothing could be looked for.
///
/// A query is never an error: whatever people type is looked for as well as it can be.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SearchError {
    /// The document can't be indexed: it is too long, or its id is none.
    #[error("the document can't be indexed")]
    Document(#[source] Permanent),
    /// The index is not what it should be: another program changed it.
    #[error("the index refuses")]
    Refused(#[source] Permanent),
    /// The index can't be reached.
    #[error("the index can't be reached")]
    Unavailable(#[source] Unavailable),
}

/// What the source of a [`SearchError`] is made of.
type Cause = Box<dyn std::error::Error + Send + Sync>;

impl SearchError {
    pub(crate) fn document(why: impl Into<Cause>) -> Self {
        Self::Document(Permanent::because(why))
    }

    /// Refused for good.
    pub fn refused(cause: impl Into<Cause>) -> Self {
        Self::Refused(Permanent::because(cause))
    }

    /// Not now.
    pub fn unavailable(cause: impl Into<Cause>) -> Self {
        Self::Unavailable(Unavailable::because(cause))
    }
}
