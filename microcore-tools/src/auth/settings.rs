//! What the tool `auth` reads from the environment.

use std::time::Duration;

use microcore_runtime::settings::Secret;

use super::{SigningKey, Word};

/// The tool's settings.
#[derive(Debug, Clone, PartialEq, Eq, microcore_macros::Settings)]
#[non_exhaustive]
pub struct AuthSettings {
    /// Signs tokens: at least 32 bytes, the same on every replica. Unset, each process makes one of its own.
    #[setting(key = "AUTH_SECRET_KEY")]
    pub secret_key: Option<Secret<SigningKey>>,
    /// A key that signed tokens before: still accepted, never used to sign.
    #[setting(key = "AUTH_PREVIOUS_KEY")]
    pub previous_key: Option<Secret<SigningKey>>,
    /// How long a token is good.
    #[setting(key = "AUTH_TOKEN_TTL", default = "1h", within = "1s..=36500d", public)]
    pub token_ttl: Duration,
    /// Who makes the tokens: `iss`.
    #[setting(key = "AUTH_ISSUER", default = "microcore")]
    pub issuer: String,
    /// Whom they are for: `aud`.
    #[setting(key = "AUTH_AUDIENCE", default = "microcore")]
    pub audience: String,
    /// The header that carries a token.
    #[setting(key = "AUTH_HEADER", default = "authorization")]
    pub header: Word,
    /// The word before the token in that header; of `authorization` it is `Bearer` where this is unset.
    #[setting(key = "AUTH_SCHEME")]
    pub scheme: Option<Word>,
    /// The cookie that may carry a token.
    #[setting(key = "AUTH_COOKIE", default = "access_token")]
    pub cookie: Word,
    /// The query parameter that may carry a token, of sockets and of streams of events; unset, none may.
    #[setting(key = "AUTH_QUERY")]
    pub query: Option<Word>,
}
