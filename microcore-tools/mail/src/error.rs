//! Why a mail was not sent, and whether trying again helps.

use microcore::error::{Permanent, Unavailable};

/// Why a mail was not sent.
///
/// In a handler of an event, `?` makes it a failure that the bus repeats ([`MailError::Unavailable`]) or buries at once.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MailError {
    /// The mail can't be one: an address that is none, a line break in a header, nobody to get it.
    #[error("the mail is not valid")]
    Invalid(#[source] Permanent),
    /// The server will never take this mail: it answered 5xx.
    #[error("the mail is refused")]
    Refused(#[source] Permanent),
    /// No server, or one that is busy: it answered 4xx, or nothing.
    #[error("the mail can't be sent now")]
    Unavailable(#[source] Unavailable),
}

/// What the source of a [`MailError`] is made of.
type Cause = Box<dyn std::error::Error + Send + Sync>;

impl MailError {
    /// The mail can't be one.
    pub fn invalid(cause: impl Into<Cause>) -> Self {
        Self::Invalid(Permanent::because(cause))
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
