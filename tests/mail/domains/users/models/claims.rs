//! What a token says about its owner.
use crate::prelude::*;

#[derive(Debug, Serialize, Deserialize, Schema)]
pub struct Claims {
    /// The user's id.
    pub sub: String,
    pub roles: Vec<String>,
    /// When the token was made; `create_token` writes it.
    #[serde(default)]
    pub iat: i64,
}

/// `user,admin`, as the table has them.
pub fn roles(text: &str) -> Vec<String> {
    text.split(',').filter(|role| !role.is_empty()).map(str::to_owned).collect()
}
