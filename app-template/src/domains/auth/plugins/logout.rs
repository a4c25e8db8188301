//! POST /auth/logout makes the browser forget the token.
use crate::prelude::*;

#[plugin]
pub struct Logout {
    auth: Auth,
}

#[plugin]
impl Logout {
    /// Signs out: the cookie is gone, the token itself is good until it expires.
    #[post("/auth/logout", tag = "Auth")]
    async fn execute(&self, headers: &Headers) -> Result<With<NoContent>> {
        // No `claims`, because an expired token must not keep anybody signed in; so what they ask of a cookie is asked here.
        if !headers.contains_key("x-requested-with") {
            return Err(Error::forbidden("signing out needs the header `x-requested-with`"));
        }
        Ok(With::new(NoContent).cookie(self.auth.expired_cookie()))
    }
}
