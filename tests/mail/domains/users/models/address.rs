//! An address of e-mail, as a client sends it and as it is stored.
use crate::prelude::*;

/// What asks for a mail.
#[derive(Deserialize, Schema, Validate)]
pub struct Address {
    #[validate(email, length(max = 254))]
    pub email: String,
}

/// One spelling for each person: `Ada@Example.com` is `ada@example.com`.
pub fn plain(email: &str) -> String {
    email.trim().to_lowercase()
}
