//! The one error type of handlers: what went wrong, what the client may know, what the log must know.
//!
//! In: a sentence and a kind, or any other error through `?`.
//! Out: a status and a safe sentence for the client (`response::failure`), the whole chain for the log.

mod boxed;
mod chain;
mod field;
mod kind;
mod permanent;
mod unavailable;

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;

pub use self::chain::Chain;
#[doc(hidden)]
pub use self::field::pointer_step;
pub use self::field::{FieldError, InputPlace};
pub use self::kind::Kind;
pub use self::permanent::Permanent;
pub use self::unavailable::Unavailable;

/// The result of handlers and of everything that a handler calls with `?`.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A failure with a kind, a sentence that the client may read and a cause that it may not.
///
/// Any [`std::error::Error`] becomes an [`Kind::Internal`] one through `?`: the client gets an opaque sentence and
/// the request id, the log gets the chain.
/// An error whose chain contains [`Unavailable`] becomes [`Kind::Unavailable`] instead.
///
/// ```
/// use microcore_core::error::{Error, Result};
///
/// fn price(text: &str) -> Result<u32> {
///     let price: u32 = text.parse()?; // internal: opaque to the client
///     if price == 0 {
///         return Err(Error::conflict("a price can't be zero")); // 409, the client reads the sentence
///     }
///     Ok(price)
/// }
/// assert_eq!(price("0").unwrap_err().status(), 409);
/// assert_eq!(price("x").unwrap_err().public_message(), "internal error");
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    kind: Kind,
    /// What the client gets instead of the kind's.
    status: Option<u16>,
    code: Option<&'static str>,
    message: Cow<'static, str>,
    fields: Vec<FieldError>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    fn new(kind: Kind, message: impl Into<Cow<'static, str>>) -> Self {
        let message = message.into();
        Self(Box::new(Inner { kind, status: None, code: None, message, fields: Vec::new(), source: None }))
    }

    /// 400: the request itself is malformed.
    pub fn bad_request(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::BadRequest, message)
    }

    /// 401: nobody is signed in.
    pub fn unauthorized(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::Unauthorized, message)
    }

    /// 403: whoever is signed in may not do this.
    pub fn forbidden(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::Forbidden, message)
    }

    /// 404: `what` does not exist. The client reads "`what` not found".
    pub fn not_found(what: impl fmt::Display) -> Self {
        Self::new(Kind::NotFound, format!("{what} not found"))
    }

    /// 409: the request contradicts what is stored.
    pub fn conflict(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::Conflict, message)
    }

    /// 422: the request is well-formed and its content is not acceptable.
    pub fn unprocessable(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::Unprocessable, message)
    }

    /// 429: too many requests.
    pub fn too_many_requests(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::TooManyRequests, message)
    }

    /// 500: the client reads "internal error" and the request id, the log gets `message`.
    pub fn internal(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::Internal, message)
    }

    /// 503: something that the request needs is down; the log gets `message`.
    pub fn unavailable(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::Unavailable, message)
    }

    /// An error of any kind; the shortcuts above cover most.
    pub fn of(kind: Kind, message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(kind, message)
    }

    /// Names the failure more exactly than its kind does: the `code` that a client's program compares.
    ///
    /// ```
    /// use microcore_core::error::Error;
    ///
    /// let declined = Error::unprocessable("the card was declined").with_status(402).with_code("card_declined");
    /// assert_eq!((declined.status(), declined.code()), (402, "card_declined"));
    /// ```
    ///
    /// # Panics
    ///
    /// Where the code is not of lower-case letters, digits, `_`, `-` and `.`.
    #[must_use]
    pub fn with_code(mut self, code: &'static str) -> Self {
        let is_word = |byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' | b'.');
        assert!(!code.is_empty() && code.bytes().all(is_word), "`{code}` is no code: write it as `card_declined`");
        self.0.code = Some(code);
        self
    }

    /// Answers with another status than the kind's. From 500 on the message is for the log alone; the client reads that
    /// the answer is not there for the moment.
    ///
    /// ```
    /// use microcore_core::error::Error;
    ///
    /// let gone = Error::not_found("this offer").with_status(410);
    /// assert_eq!((gone.status(), gone.public_message()), (410, "this offer not found"));
    /// let upstream = Error::unavailable("the bank answers 500 to PUT /transfers").with_status(502);
    /// assert_eq!((upstream.status(), upstream.public_message()), (502, "temporarily unavailable"));
    /// ```
    ///
    /// # Panics
    ///
    /// Where the status is none of a failure: 400 to 599.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        assert!((400..600).contains(&status), "{status} is no status of a failure: 400 to 599 are");
        self.0.status = Some(status);
        self
    }

    /// Attaches the cause, for the log.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// Attaches the fields that are to blame, for the client.
    #[must_use]
    pub fn with_fields(mut self, fields: Vec<FieldError>) -> Self {
        self.0.fields = fields;
        self
    }

    /// What kind of failure this is.
    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// The HTTP status that the client gets.
    pub fn status(&self) -> u16 {
        self.0.status.unwrap_or_else(|| self.0.kind.status())
    }

    /// What the client's program compares: the kind's code, or that of [`Error::with_code`].
    pub fn code(&self) -> &'static str {
        self.0.code.unwrap_or_else(|| self.0.kind.code())
    }

    /// The sentence that the client gets: the message, or an opaque one where the kind or the status says so.
    pub fn public_message(&self) -> &str {
        let of_status = self.0.status.filter(|status| *status >= 500).map(|_| "temporarily unavailable");
        self.0.kind.opaque_message().or(of_status).unwrap_or(&self.0.message)
    }

    /// The fields that are to blame.
    pub fn fields(&self) -> &[FieldError] {
        &self.0.fields
    }

    /// The cause, where there is one.
    pub fn cause(&self) -> Option<&(dyn StdError + Send + Sync + 'static)> {
        self.0.source.as_deref()
    }

    /// The first error of type `E` among the causes.
    pub fn find<E: StdError + 'static>(&self) -> Option<&E> {
        self.chain().find_map(|error| error.downcast_ref::<E>())
    }

    /// Whether trying again can't help: [`Permanent`] is among the causes.
    pub fn is_permanent(&self) -> bool {
        self.find::<Permanent>().is_some()
    }

    /// The causes, outermost first. [`Display`](fmt::Display) writes the message and all of them, for the log.
    pub fn chain(&self) -> Chain<'_> {
        Chain::below(self.cause())
    }
}

impl<E: StdError + Send + Sync + 'static> From<E> for Error {
    fn from(source: E) -> Self {
        let down = Chain::of(&source).any(<dyn std::error::Error + 'static>::is::<Unavailable>);
        let kind = if down { Kind::Unavailable } else { Kind::Internal };
        Self::new(kind, "").with_source(source)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = self.0.message.to_string();
        for cause in self.chain().map(ToString::to_string) {
            // Many errors print their cause as well; saying it once is enough.
            if !text.ends_with(&cause) {
                if !text.is_empty() {
                    text.push_str(": ");
                }
                text.push_str(&cause);
            }
        }
        f.write_str(&text)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {self}", self.code())?;
        for field in &self.0.fields {
            write!(f, "\n  {field}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("pool is closed")]
    struct Closed(#[source] Unavailable);

    #[test]
    fn any_error_is_opaque_to_the_client_and_whole_in_the_log() {
        let error: Error = "x".parse::<u8>().unwrap_err().into();
        assert_eq!((error.status(), error.public_message()), (500, "internal error"));
        assert_eq!(error.to_string(), "invalid digit found in string");
    }

    #[test]
    fn a_status_of_ones_own_keeps_the_rule_of_what_a_client_may_read() {
        let declined = Error::conflict("the card was declined").with_status(402).with_code("card_declined");
        assert_eq!((declined.kind(), declined.status(), declined.code()), (Kind::Conflict, 402, "card_declined"));
        assert_eq!(declined.public_message(), "the card was declined");
        assert_eq!(Error::conflict("10.0.0.7 refused").with_status(504).public_message(), "temporarily unavailable");
        assert_eq!(Error::internal("x").with_status(418).public_message(), "internal error");
    }

    #[test]
    fn what_is_no_failure_and_no_code_is_refused() {
        let panics = |work: fn() -> Error| std::panic::catch_unwind(work).is_err();
        assert!(panics(|| Error::conflict("x").with_status(200)));
        assert!(panics(|| Error::conflict("x").with_status(600)));
        assert!(panics(|| Error::conflict("x").with_code("Card declined")));
        assert!(panics(|| Error::conflict("x").with_code("")));
    }

    #[test]
    fn a_permanent_cause_is_seen_through_what_wraps_it() {
        #[derive(Debug, thiserror::Error)]
        #[error("refused")]
        struct Refused(#[source] Permanent);
        let error: Error = Refused(Permanent::because("550 no such user")).into();
        assert!(error.is_permanent());
        assert_eq!((error.kind(), error.to_string().as_str()), (Kind::Internal, "refused: for good: 550 no such user"));
        assert!(!Error::unavailable("x").is_permanent());
    }

    #[test]
    fn an_unavailable_cause_makes_it_503() {
        let error: Error = Closed(Unavailable::because("refused")).into();
        assert_eq!(error.kind(), Kind::Unavailable);
        assert_eq!(error.to_string(), "pool is closed: unavailable: refused");
        assert!(error.find::<Closed>().is_some());
    }
}
