//! What can be wrong with a token or a password hash.

use microcore_runtime::error::Error;

/// Why a token was refused, or could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AuthError {
    /// The token was good once.
    #[error("the token has expired")]
    Expired,
    /// Not a token of ours, or not for us, or not yet.
    #[error("the token is not valid")]
    Invalid(#[source] jsonwebtoken::errors::Error),
    /// Claims that are no JSON object.
    #[error("claims must be a struct with named fields")]
    Claims,
    /// A stored hash that is neither argon2's nor bcrypt's.
    #[error("a stored password hash can't be read")]
    Hash,
    /// The system gave no random numbers, or no memory.
    #[error("a password can't be hashed")]
    Hashing,
}

impl AuthError {
    /// 401 with the sentence for whoever sent the token; 500 where it is our fault.
    pub fn into_error(self) -> Error {
        match self {
            Self::Expired | Self::Invalid(_) => Error::unauthorized(self.to_string()).with_source(self),
            Self::Claims | Self::Hash | Self::Hashing => Error::from(self),
        }
    }
}
