//! Who is signed in, as it is told.
use crate::prelude::*;

#[derive(Serialize, Schema)]
pub struct UserReply {
    pub user: User,
}

#[derive(Serialize, Schema)]
pub struct User {
    pub username: String,
    pub email: String,
    pub token: String,
    pub bio: Option<String>,
    pub image: Option<String>,
}

/// What a token says about its owner.
#[derive(Serialize, Deserialize, Schema)]
pub struct Claims {
    pub sub: String,
}
