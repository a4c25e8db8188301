//! Claims → token and back. Every token has `iat`, `exp`, `iss` and `aud`; all but the first are checked.

use std::time::Duration;

use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode, get_current_timestamp};
use microcore_runtime::settings::Secret;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{AuthError, AuthSettings, SigningKey, signature};

/// What makes tokens and reads them.
pub(super) struct Tokens {
    sign: EncodingKey,
    /// The key of today first, then the one of yesterday.
    verify: Vec<DecodingKey>,
    validation: Validation,
    issuer: String,
    audience: String,
}

impl Tokens {
    pub(super) fn new(settings: &AuthSettings, key: &SigningKey) -> Self {
        signature::install();
        let keys = std::iter::once(key).chain(settings.previous_key.iter().map(Secret::expose));
        // The algorithm is ours to say; what a token's head says must be the same.
        let mut validation = Validation::new(Algorithm::HS256);
        validation.leeway = 0;
        validation.validate_nbf = true;
        validation.set_required_spec_claims(&["exp", "iss", "aud"]);
        validation.set_issuer(&[&settings.issuer]);
        validation.set_audience(&[&settings.audience]);
        Self {
            sign: EncodingKey::from_secret(key.bytes()),
            verify: keys.map(|key| DecodingKey::from_secret(key.bytes())).collect(),
            validation,
            issuer: settings.issuer.clone(),
            audience: settings.audience.clone(),
        }
    }

    pub(super) fn make<C: Serialize + ?Sized>(&self, claims: &C, ttl: Duration) -> Result<String, AuthError> {
        let Ok(Value::Object(mut claims)) = serde_json::to_value(claims) else { return Err(AuthError::Claims) };
        let now = get_current_timestamp();
        claims.insert("iat".into(), now.into());
        claims.insert("exp".into(), now.saturating_add(ttl.as_secs()).into());
        claims.insert("iss".into(), self.issuer.as_str().into());
        claims.insert("aud".into(), self.audience.as_str().into());
        encode(&Header::new(Algorithm::HS256), &claims, &self.sign).map_err(AuthError::Invalid)
    }

    pub(super) fn read<C: DeserializeOwned>(&self, token: &str) -> Result<C, AuthError> {
        let mut refusal = None;
        for key in &self.verify {
            match decode::<C>(token, key, &self.validation) {
                // It says what must be understood beside the standard, and nothing of that is: RFC 7515, 4.1.11.
                Ok(read) if read.header.crit.is_some() => {
                    return Err(AuthError::Invalid(ErrorKind::InvalidToken.into()));
                }
                Ok(read) => return Ok(read.claims),
                Err(error) if matches!(error.kind(), ErrorKind::InvalidSignature) => refusal = Some(error),
                Err(error) if matches!(error.kind(), ErrorKind::ExpiredSignature) => return Err(AuthError::Expired),
                Err(error) => return Err(AuthError::Invalid(error)),
            }
        }
        Err(AuthError::Invalid(refusal.unwrap_or_else(|| ErrorKind::InvalidSignature.into())))
    }
}
