//! The tool `auth`: passwords and tokens.
//!
//! In: a password, or claims of any serde type. Out: a hash, or a signed token; and back, or an [`AuthError`].
//! A handler that takes `claims` is protected by this tool: the request path asks it through
//! [`Authenticate`](microcore_runtime::request::Authenticate).

mod error;
mod key;
mod password;
mod settings;
mod token;
mod tool;
mod word;

pub use self::error::{AuthError, InvalidToken};
pub use self::key::SigningKey;
pub use self::settings::AuthSettings;
pub use self::tool::JwtAuth;
pub use self::word::Word;

/// What may stand behind `auth` in `app!`: the type is a name only. Sealed: one of your own is a tool called `auth` that
/// implements [`Authenticate`](microcore_runtime::request::Authenticate).
pub trait Provider: crate::sealed::Sealed {
    /// The tool.
    type Tool: microcore_runtime::tool::Tool;
}

/// JSON Web Tokens, signed with HMAC-SHA-256.
#[derive(Debug)]
pub enum Jwt {}

impl crate::sealed::Sealed for Jwt {}

impl Provider for Jwt {
    type Tool = JwtAuth;
}
