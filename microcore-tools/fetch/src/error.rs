//! The errors of the tool, the same for every backend.

use microcore::error::{Permanent, Unavailable};

/// Why a call has no answer, or not the one that was asked for.
///
/// In a handler of an event, `?` makes it a failure that the bus repeats or buries at once.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    /// The call can't be made: its address is none, a header is none.
    #[error("the call can't be made")]
    Invalid(#[source] Permanent),
    /// An untrusted address leads into a network of one's own.
    #[error("this address may not be called")]
    Forbidden(#[source] Permanent),
    /// The answer says that the call is wrong: 4xx, but for 408 and 429, or a redirection that is not followed.
    #[error("{service} answered {status}")]
    Rejected {
        /// Who was called.
        service: String,
        /// The status.
        status: u16,
        /// The beginning of the body.
        source: Permanent,
    },
    /// The answer says that the service can't now: 5xx, 408, 429.
    #[error("{service} answered {status}")]
    Failed {
        /// Who was called.
        service: String,
        /// The status.
        status: u16,
        /// The beginning of the body.
        source: Unavailable,
    },
    /// The body is not of the type that was asked for.
    #[error("the answer of {service} can't be read")]
    Unreadable {
        /// Who was called.
        service: String,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The body is longer than `FETCH_LIMIT`.
    #[error("the answer has more than {limit} bytes")]
    TooLarge {
        /// The limit, in bytes.
        limit: u64,
        /// Says that trying again does not help.
        source: Permanent,
    },
    /// No connection, one that broke, or no answer in time.
    #[error("no answer of {service}")]
    Unavailable {
        /// Who was called.
        service: String,
        /// Why.
        source: Unavailable,
    },
    /// It has failed so often that it is left in peace for a while: nothing was sent.
    #[error("{service} is not called for a while")]
    Paused {
        /// Who was to be called.
        service: String,
        /// Says that trying again helps.
        source: Unavailable,
    },
}

/// What the source of a [`FetchError`] is made of.
type Cause = Box<dyn std::error::Error + Send + Sync>;

impl FetchError {
    /// The call can't be made.
    pub fn invalid(cause: impl Into<Cause>) -> Self {
        Self::Invalid(Permanent::because(cause))
    }

    /// Not to this address.
    pub fn forbidden(cause: impl Into<Cause>) -> Self {
        Self::Forbidden(Permanent::because(cause))
    }

    /// Longer than this.
    pub fn too_large(limit: u64) -> Self {
        Self::TooLarge { limit, source: Permanent::because("FETCH_LIMIT") }
    }

    /// No answer.
    pub fn unavailable(service: &str, cause: impl Into<Cause>) -> Self {
        Self::Unavailable { service: service.to_owned(), source: Unavailable::because(cause) }
    }

    pub(crate) fn paused(service: &str) -> Self {
        Self::Paused { service: service.to_owned(), source: Unavailable::because("it kept failing") }
    }

    /// What an answer without success is.
    pub(crate) fn of_status(service: &str, status: u16, said: String) -> Self {
        let service = service.to_owned();
        if status >= 500 || matches!(status, 408 | 429) {
            return Self::Failed { service, status, source: Unavailable::because(said) };
        }
        Self::Rejected { service, status, source: Permanent::because(said) }
    }
}
