//! GET /auth/me says who the token belongs to, with the roles of now.
use crate::domains::auth::models::claims::Claims;
use crate::prelude::*;

#[derive(Serialize, Schema)]
pub struct Me {
    pub email: String,
    pub roles: Vec<String>,
}

#[derive(Row)]
struct Account {
    roles: String,
}

#[plugin]
pub struct WhoAmI {
    db: Db,
}

#[plugin]
impl WhoAmI {
    /// Who is signed in.
    #[get("/auth/me", tag = "Auth")]
    async fn execute(&self, claims: Claims) -> Result<With<Me>> {
        let account: Option<Account> =
            self.db.query_one("SELECT roles FROM accounts WHERE email = $1", (&claims.sub,)).await?;
        let account = account.ok_or_else(|| Error::unauthorized("the account is gone"))?;
        let roles = account.roles.split(',').map(str::to_owned).collect();
        Ok(With::new(Me { email: claims.sub, roles }).header("cache-control", "no-store"))
    }
}
