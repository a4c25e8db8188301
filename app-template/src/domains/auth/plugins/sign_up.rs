//! POST /auth/accounts makes an account.
use crate::domains::auth::models::credentials::Credentials;
use crate::prelude::*;

#[plugin]
pub struct SignUp {
    db: Db,
    auth: Auth,
}

#[plugin]
impl SignUp {
    /// Makes an account with a password.
    #[post("/auth/accounts", tag = "Auth")]
    async fn execute(&self, body: Credentials) -> Result<NoContent> {
        let hash = self.auth.hash_password(&body.password).await?;
        self.db
            .execute("INSERT INTO accounts (email, password_hash) VALUES ($1, $2)", (&body.email, &hash))
            .await
            .on_unique(|| Error::conflict("email already registered"))?;
        Ok(NoContent)
    }
}
