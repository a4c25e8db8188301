//! Makes the tokens that the guest's routes ask for.
use crate::prelude::*;

#[derive(Serialize, Deserialize, Schema)]
pub struct Claims {
    pub sub: String,
    pub roles: Vec<String>,
}

pub struct Tokens {
    auth: Auth,
}

/// Makes tokens.
#[plugin]
impl Tokens {
    pub fn new(auth: Auth) -> Self {
        Self { auth }
    }

    /// A token with these claims.
    #[post("/tokens")]
    pub async fn make(&self, body: Claims) -> Result<String> {
        Ok(self.auth.create_token(&body)?)
    }
}
