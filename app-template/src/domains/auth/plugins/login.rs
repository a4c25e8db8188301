//! POST /auth/login gives a token, in the answer and in a cookie.
use std::time::Duration;

use crate::domains::auth::models::claims::Claims;
use crate::domains::auth::models::credentials::Credentials;
use crate::prelude::*;

/// Attempts for one address from one client within the window; from all clients together, ten times as many.
const ATTEMPTS: i64 = 5;
const WINDOW: Duration = Duration::from_secs(15 * 60);

#[derive(Row)]
struct Account {
    password_hash: String,
    roles: String,
}

#[derive(Serialize, Schema)]
pub struct Token {
    pub token: String,
}

#[plugin]
pub struct Login {
    db: Db,
    auth: Auth,
    state: State,
}

#[plugin]
impl Login {
    /// Signs in. The answer is the same for an unknown address and a wrong password.
    #[post("/auth/login", tag = "Auth")]
    async fn execute(&self, body: Credentials, ctx: &Context) -> Result<With<Token>> {
        let everywhere = body.email.clone();
        let here = format!("{everywhere} {}", ctx.client_network().map(|client| client.to_string()).unwrap_or_default());
        // Counted before the password is looked at: many at once get no more tries than one after the other.
        self.attempt(&here, ATTEMPTS).await?;
        self.attempt(&everywhere, ATTEMPTS * 10).await?;
        let account: Option<Account> = self
            .db
            .query_one("SELECT password_hash, roles FROM accounts WHERE email = $1", (&body.email,))
            .await?;
        let hash = account.as_ref().map(|account| account.password_hash.as_str());
        let right = self.auth.verify_password(&body.password, hash).await?;
        let Some(account) = account.filter(|_| right) else {
            return Err(Error::unauthorized("wrong email or password"));
        };
        self.state.namespace("login").delete(&here).await?;
        if self.auth.needs_rehash(&account.password_hash) {
            let hash = self.auth.hash_password(&body.password).await?;
            self.db.execute("UPDATE accounts SET password_hash = $1 WHERE email = $2", (&hash, &body.email)).await?;
        }
        let roles = account.roles.split(',').map(str::to_owned).collect();
        let token = self.auth.create_token(&Claims { sub: body.email, roles })?;
        let reply = With::new(Token { token: token.clone() }).header("cache-control", "no-store");
        Ok(reply.cookie(self.auth.cookie(token)))
    }

    async fn attempt(&self, who: &str, most: i64) -> Result<()> {
        let attempts = self.state.namespace("login").increment_for(who, 1, WINDOW).await?;
        if attempts > most { Err(Error::too_many_requests("too many attempts; try again later")) } else { Ok(()) }
    }
}
