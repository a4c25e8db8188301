//! The errors of the tool, the same for every backend.

use microcore::error::{Error, Permanent, Unavailable};

/// Why there is no answer, or none that can be used.
///
/// In a handler of an event, `?` makes it a failure that the bus repeats or buries at once.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LlmError {
    /// The provider refuses: a wrong key, a model that is none, a question that is too long.
    #[error("the model refuses")]
    Refused(#[source] Permanent),
    /// The answer is not of the type that was asked for. Another one may be.
    #[error("the answer can't be read")]
    Unreadable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A tool that the model called failed.
    #[error("the tool `{name}` failed")]
    Tool {
        /// The tool.
        name: String,
        /// Why, as the log has it.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The model called tools again and again.
    #[error("the model calls tools without an end")]
    Endless(#[source] Permanent),
    /// No answer in time, a limit of the provider, or an answer that was cut.
    #[error("the model does not answer")]
    Unavailable(#[source] Unavailable),
}

/// What the source of a [`LlmError`] is made of.
type Cause = Box<dyn std::error::Error + Send + Sync>;

impl LlmError {
    /// Refused for good.
    pub fn refused(cause: impl Into<Cause>) -> Self {
        Self::Refused(Permanent::because(cause))
    }

    /// Not now.
    pub fn unavailable(cause: impl Into<Cause>) -> Self {
        Self::Unavailable(Unavailable::because(cause))
    }

    pub(crate) fn tool(name: &str, error: &Error) -> Self {
        let name = name.to_owned();
        // An `Error` is no error of the standard library's, because it is made of any; its kind goes on as a cause.
        let text = error.to_string();
        let source: Cause = if error.is_permanent() {
            Permanent::because(text).into()
        } else if error.kind() == microcore::error::Kind::Unavailable {
            Unavailable::because(text).into()
        } else {
            text.into()
        };
        Self::Tool { name, source }
    }
}
