//! POST /api/users/login signs in.
use crate::domains::users::models::user::{Claims, User, UserReply};
use crate::prelude::*;

#[derive(Deserialize, Schema, Validate)]
pub struct SignIn {
    #[validate(nested)]
    user: Credentials,
}

#[derive(Deserialize, Schema, Validate)]
pub struct Credentials {
    email: String,
    #[validate(length(max = 1000))]
    password: String,
}

#[derive(Row)]
struct Stored {
    username: String,
    email: String,
    password_hash: String,
    bio: Option<String>,
    image: Option<String>,
}

#[plugin]
pub struct Login {
    db: Db,
    auth: Auth,
}

#[plugin]
impl Login {
    #[post("/api/users/login")]
    async fn execute(&self, body: SignIn) -> Result<UserReply> {
        let Credentials { email, password } = body.user;
        let stored: Option<Stored> = self
            .db
            .query_one("SELECT username, email, password_hash, bio, image FROM users WHERE email = $1", (&email,))
            .await?;
        let hash = stored.as_ref().map(|stored| stored.password_hash.as_str());
        let right = self.auth.verify_password(&password, hash).await?;
        let Some(Stored { username, email, bio, image, .. }) = stored.filter(|_| right) else {
            return Err(Error::unauthorized("email or password is invalid"));
        };
        let token = self.auth.create_token(&Claims { sub: username.clone() })?;
        Ok(UserReply { user: User { username, email, token, bio, image } })
    }
}
