//! POST /api/users registers a user.
use crate::domains::users::models::user::{Claims, User, UserReply};
use crate::prelude::*;

#[derive(Deserialize, Schema, Validate)]
pub struct Registration {
    #[validate(nested)]
    user: NewUser,
}

#[derive(Deserialize, Schema, Validate)]
pub struct NewUser {
    #[validate(length(min = 1, max = 100))]
    username: String,
    #[validate(email)]
    email: String,
    #[validate(length(min = 8, max = 1000))]
    password: String,
}

#[plugin]
pub struct Register {
    db: Db,
    auth: Auth,
}

#[plugin]
impl Register {
    #[post("/api/users", status = 201)]
    async fn execute(&self, body: Registration) -> Result<UserReply> {
        let NewUser { username, email, password } = body.user;
        let hash = self.auth.hash_password(&password).await?;
        self.db
            .execute("INSERT INTO users (username, email, password_hash) VALUES ($1, $2, $3)", (&username, &email, &hash))
            .await
            .on_unique(|| Error::unprocessable("username or email has already been taken"))?;
        let token = self.auth.create_token(&Claims { sub: username.clone() })?;
        Ok(UserReply { user: User { username, email, token, bio: None, image: None } })
    }
}
