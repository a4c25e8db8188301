//! `JwtAuth` as a tool: what plugins call, and what protects a handler that takes `claims`.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use microcore_runtime::error::{Error, Result};
use microcore_runtime::lifecycle::Boot;
use microcore_runtime::request::{Authenticate, TokenPlaces};
use microcore_runtime::response::Cookie;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::password::{Passwords, is_outdated};
use super::token::Tokens;
use super::{AuthError, AuthSettings, SigningKey, Word};

/// The tool `auth` on JSON Web Tokens. Cheap to clone.
#[derive(Clone)]
pub struct JwtAuth {
    tokens: Arc<Tokens>,
    passwords: Passwords,
    settings: Arc<AuthSettings>,
    places: Arc<TokenPlaces>,
}

/// Passwords and tokens: hashes, verifies, signs, and protects handlers that take `claims`.
#[microcore_macros::tool]
impl JwtAuth {
    async fn setup(settings: AuthSettings, boot: &Boot) -> Result<Self> {
        let key = match settings.secret_key.clone() {
            Some(key) => key.expose().clone(),
            None => own_key(boot)?,
        };
        let tokens = Arc::new(Tokens::new(&settings, &key));
        let places = Arc::new(places(&settings)?);
        Ok(Self { tokens, passwords: Passwords::new(), settings: Arc::new(settings), places })
    }

    /// Hashes a password with Argon2id, off the event loop.
    pub async fn hash_password(&self, password: &str) -> Result<String, AuthError> {
        self.passwords.hash(password).await
    }

    /// Whether the password has this hash, of Argon2 or bcrypt. `None`, for a user who does not exist, takes as long.
    pub async fn verify_password(&self, password: &str, hash: Option<&str>) -> Result<bool, AuthError> {
        self.passwords.verify(password, hash).await
    }

    /// Whether to renew a verified hash: bcrypt's, or one of another cost.
    pub fn needs_rehash(&self, hash: &str) -> bool {
        is_outdated(hash)
    }

    /// A signed token with these claims, good for `AUTH_TOKEN_TTL`; `roles`, a list of texts, is what routes ask for.
    pub fn create_token<C: Serialize + ?Sized>(&self, claims: &C) -> Result<String, AuthError> {
        self.tokens.make(claims, self.settings.token_ttl)
    }

    /// The same, good for `ttl`.
    pub fn create_token_for<C: Serialize + ?Sized>(&self, claims: &C, ttl: Duration) -> Result<String, AuthError> {
        self.tokens.make(claims, ttl)
    }

    /// The claims of a token that is ours, for us, and not expired.
    pub fn decode_token<C: DeserializeOwned>(&self, token: &str) -> Result<C, AuthError> {
        self.tokens.read(token)
    }

    /// A cookie that carries the token, as long as it is good; browsers send it back, scripts can't read it.
    pub fn cookie(&self, token: String) -> Cookie<'static> {
        Cookie::build((self.settings.cookie.as_str().to_owned(), token)).max_age(self.settings.token_ttl).build()
    }

    /// A cookie that removes the token.
    pub fn expired_cookie(&self) -> Cookie<'static> {
        Cookie::build((self.settings.cookie.as_str().to_owned(), "")).removal().build()
    }
}

/// Where the settings say that a token stands.
fn places(settings: &AuthSettings) -> Result<TokenPlaces> {
    let AuthSettings { header, scheme, cookie, query, .. } = settings;
    // A word is the name of a header.
    let header = header.as_str().parse()?;
    let (scheme, query) = (scheme.as_ref().map(Word::as_str), query.as_ref().map(Word::as_str));
    Ok(TokenPlaces::by_settings(header, scheme, Some(cookie.as_str()), query))
}

/// Safe, and good enough for one process; several would not accept each other's tokens.
fn own_key(boot: &Boot) -> Result<SigningKey> {
    if !boot.test {
        tracing::warn!(
            "AUTH_SECRET_KEY is not set: tokens are signed with a key that ends with this process; set at least 32 bytes"
        );
    }
    SigningKey::random().ok_or_else(|| Error::internal("the system gives no random numbers"))
}

impl Authenticate for JwtAuth {
    fn token_places(&self) -> &TokenPlaces {
        &self.places
    }

    fn authenticate(&self, token: &str) -> Result<Value> {
        self.tokens.read(token).map_err(AuthError::into_error)
    }
}

impl fmt::Debug for JwtAuth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JwtAuth").field("settings", &self.settings).finish_non_exhaustive()
    }
}
