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
    async fn execute(&self) -> With<NoContent> {
        With::new(NoContent).cookie(self.auth.expired_cookie())
    }
}
