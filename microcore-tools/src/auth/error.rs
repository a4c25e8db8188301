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
    Invalid(
        #[source]
        #[from]
        InvalidToken,
    ),
    /// Claims that are no JSON object.
    #[error("claims must be a struct with named fields")]
    Claims,
    /// A stored hash that is neither argon2's nor bcrypt's.
    #[error("a stored password hash can't be read")]
    Hash,
    /// A stored hash of bcrypt's, in a build without the feature `auth-bcrypt`.
    #[error("a stored password hash is bcrypt's, which is read with the feature `auth-bcrypt` of `microcore`")]
    Bcrypt,
    /// The system gave no random numbers, or no memory.
    #[error("a password can't be hashed")]
    Hashing,
}

/// What is wrong with a token, for the log.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidToken {
    /// It does not have three parts in base64url, of which two are JSON objects.
    #[error("it is no token")]
    Malformed,
    /// Somebody else signed it, or it was changed.
    #[error("its signature is not ours")]
    Signature,
    /// It says that it is signed in another way, or that more must be understood.
    #[error("it is not signed by HS256 alone")]
    Algorithm,
    /// `exp` is missing, or no number.
    #[error("it does not say until when it is good")]
    Expiry,
    /// `nbf` is in the future, or no number.
    #[error("it is not good yet")]
    NotYet,
    /// `iss` names somebody else.
    #[error("somebody else made it")]
    Issuer,
    /// `aud` names somebody else.
    #[error("it is for somebody else")]
    Audience,
    /// Its claims are not of the type that was asked for.
    #[error("its claims are not what was asked for")]
    Claims(#[source] serde_json::Error),
}

impl AuthError {
    /// 401 with the sentence for whoever sent the token; 500 where it is our fault.
    pub fn into_error(self) -> Error {
        match self {
            Self::Expired | Self::Invalid(_) => Error::unauthorized(self.to_string()).with_source(self),
            Self::Claims | Self::Hash | Self::Bcrypt | Self::Hashing => Error::from(self),
        }
    }
}
