//! What makes a link that only its reader can use: a token in the mail, its hash in the table.
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::prelude::*;
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use sha2::{Digest as _, Sha256};

/// How long a link may be used.
pub const GOOD_FOR: Duration = Duration::from_secs(24 * 60 * 60);

#[derive(Debug, Settings)]
#[settings(prefix = "USERS")]
pub struct LinkSettings {
    /// Where the pages `/confirm` and `/reset` are, which links in mails lead to.
    #[setting(default = "http://localhost:5000")]
    pub pages: String,
}

/// What a link leads to, with the token behind `#`: a browser keeps that part to itself, so no log has it.
pub fn address(settings: &LinkSettings, page: &str, token: &str) -> String {
    format!("{}/{page}#token={token}", settings.pages.trim_end_matches('/'))
}

/// So many bytes that nobody can guess, in letters that an address may have.
pub fn random(bytes: usize) -> Result<String> {
    let mut random = vec![0; bytes];
    getrandom::fill(&mut random).map_err(|error| Error::internal(error.to_string()))?;
    Ok(BASE64_URL_SAFE_NO_PAD.encode(random))
}

/// What the table has of a token.
pub fn hash(token: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(token.as_bytes()))
}

/// Seconds since 1970.
pub fn now() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(now.as_secs()).unwrap_or(i64::MAX)
}

/// When a link of now ends.
pub fn expires() -> i64 {
    now().saturating_add(i64::try_from(GOOD_FOR.as_secs()).unwrap_or(i64::MAX))
}

/// What a link is used with.
#[derive(Deserialize, Schema, Validate)]
pub struct Used {
    /// What stands in the link behind `#token=`.
    #[validate(length(min = 1, max = 200))]
    pub token: String,
    #[validate(length(min = 8, max = 1000))]
    pub password: String,
}

/// The answer to a link that was used, that is too old, or that never was.
pub fn refused() -> Error {
    Error::unprocessable("this link is used or too old; ask for another one")
}
