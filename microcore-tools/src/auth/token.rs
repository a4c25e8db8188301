//! Claims → token and back: RFC 7519, signed as RFC 7515 says by HMAC-SHA-256, and by nothing else.
//!
//! No other algorithm can be asked for, by a token or by mistake. Every token has `iat`, `exp`, `iss` and `aud`; all but
//! the first are checked, and so is `nbf` where there is one. Nothing of a token is read before its signature is ours.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use microcore_runtime::settings::Secret;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use sha2::Sha256;

use super::error::InvalidToken;
use super::{AuthError, AuthSettings, SigningKey};

/// The one algorithm.
const ALGORITHM: &str = "HS256";

/// What makes tokens and reads them.
pub(super) struct Tokens {
    /// The key of today first, then the one of yesterday.
    keys: Vec<Hmac<Sha256>>,
    /// What every token begins with.
    head: String,
    issuer: String,
    audience: String,
}

impl Tokens {
    pub(super) fn new(settings: &AuthSettings, key: &SigningKey) -> Self {
        let keys = std::iter::once(key).chain(settings.previous_key.iter().map(Secret::expose));
        let keyed = |key: &SigningKey| Hmac::new_from_slice(key.bytes()).expect("HMAC takes keys of any length");
        Self {
            keys: keys.map(keyed).collect(),
            head: encoded(&json!({ "typ": "JWT", "alg": ALGORITHM })),
            issuer: settings.issuer.clone(),
            audience: settings.audience.clone(),
        }
    }

    pub(super) fn make<C: Serialize + ?Sized>(&self, claims: &C, ttl: Duration) -> Result<String, AuthError> {
        let Ok(Value::Object(mut claims)) = serde_json::to_value(claims) else { return Err(AuthError::Claims) };
        let now = now();
        claims.insert("iat".into(), now.into());
        claims.insert("exp".into(), now.saturating_add(ttl.as_secs()).into());
        claims.insert("iss".into(), self.issuer.as_str().into());
        claims.insert("aud".into(), self.audience.as_str().into());
        let signed = format!("{}.{}", self.head, encoded(&Value::Object(claims)));
        let signature = self.keys[0].clone().chain_update(&signed).finalize().into_bytes();
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    pub(super) fn read<C: DeserializeOwned>(&self, token: &str) -> Result<C, AuthError> {
        let (signed, signature) = token.rsplit_once('.').ok_or(InvalidToken::Malformed)?;
        let (head, claims) = signed.split_once('.').ok_or(InvalidToken::Malformed)?;
        let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| InvalidToken::Malformed)?;
        // Compared in constant time.
        let is_ours = |key: &Hmac<Sha256>| key.clone().chain_update(signed).verify_slice(&signature).is_ok();
        if !self.keys.iter().any(is_ours) {
            return Err(InvalidToken::Signature.into());
        }
        let head = object(head)?;
        // `crit` says what must be understood beside the standard, and nothing of that is: RFC 7515, 4.1.11.
        if head.get("alg").and_then(Value::as_str) != Some(ALGORITHM) || head.contains_key("crit") {
            return Err(InvalidToken::Algorithm.into());
        }
        let claims = object(claims)?;
        self.check(&claims)?;
        serde_json::from_value(Value::Object(claims)).map_err(|error| InvalidToken::Claims(error).into())
    }

    /// Whether it is of us, for us, and good now.
    fn check(&self, claims: &Map<String, Value>) -> Result<(), AuthError> {
        let now = now();
        // At `exp` it is expired already: RFC 7519, 4.1.4.
        if claims.get("exp").and_then(seconds).ok_or(InvalidToken::Expiry)? <= now {
            return Err(AuthError::Expired);
        }
        if let Some(begins) = claims.get("nbf")
            && seconds(begins).is_none_or(|begins| begins > now)
        {
            return Err(InvalidToken::NotYet.into());
        }
        if !names(claims.get("iss"), &self.issuer) {
            return Err(InvalidToken::Issuer.into());
        }
        if !names(claims.get("aud"), &self.audience) {
            return Err(InvalidToken::Audience.into());
        }
        Ok(())
    }
}

/// One name, or a list of which one is it.
fn names(claim: Option<&Value>, name: &str) -> bool {
    match claim {
        Some(Value::String(one)) => one == name,
        Some(Value::Array(several)) => several.iter().any(|one| one == name),
        _ => false,
    }
}

/// Seconds since 1970; a fraction may follow.
fn seconds(claim: &Value) -> Option<u64> {
    let fraction = || Duration::try_from_secs_f64(claim.as_f64()?).ok().map(|since| since.as_secs());
    claim.as_u64().or_else(fraction)
}

fn now() -> u64 {
    // By a clock before 1970 every token of today is good for long.
    SystemTime::now().duration_since(UNIX_EPOCH).map(|since| since.as_secs()).unwrap_or_default()
}

fn encoded(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

fn object(part: &str) -> Result<Map<String, Value>, InvalidToken> {
    let text = URL_SAFE_NO_PAD.decode(part).map_err(|_| InvalidToken::Malformed)?;
    serde_json::from_slice(&text).map_err(|_| InvalidToken::Malformed)
}
