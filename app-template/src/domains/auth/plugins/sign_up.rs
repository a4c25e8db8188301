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
    /// Makes an account with a password; its owner is asked to confirm it.
    #[post("/auth/accounts", tag = "Auth")]
    async fn execute(&self, body: Credentials) -> Result<NoContent> {
        let hash = self.auth.hash_password(&body.password).await?;
        // The account and the job that asks are there together, or neither is.
        self.db
            .transaction(async |tx| {
                tx.execute("INSERT INTO accounts (email, password_hash) VALUES ($1, $2)", (&body.email, &hash))
                    .await
                    .on_unique(|| Error::conflict("email already registered"))?;
                tx.enqueue(AccountMade { email: body.email.clone() }).await?;
                Ok(NoContent)
            })
            .await
    }
}
