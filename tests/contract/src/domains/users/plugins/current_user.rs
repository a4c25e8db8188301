//! GET /api/user says who is signed in.
use crate::domains::users::models::user::{Claims, User, UserReply};
use crate::prelude::*;

#[derive(Row)]
struct Stored {
    email: String,
    bio: Option<String>,
    image: Option<String>,
}

#[plugin]
pub struct CurrentUser {
    db: Db,
    auth: Auth,
}

#[plugin]
impl CurrentUser {
    #[get("/api/user")]
    async fn execute(&self, claims: Claims) -> Result<UserReply> {
        let stored: Option<Stored> =
            self.db.query_one("SELECT email, bio, image FROM users WHERE username = $1", (&claims.sub,)).await?;
        let Stored { email, bio, image } = stored.ok_or_else(|| Error::unauthorized("the user is gone"))?;
        let token = self.auth.create_token(&claims)?;
        Ok(UserReply { user: User { username: claims.sub, email, token, bio, image } })
    }
}
