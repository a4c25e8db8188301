//! What somebody signs up and in with.
use crate::prelude::*;

#[derive(Deserialize, Schema, Validate)]
pub struct Credentials {
    #[validate(email)]
    pub email: String,
    #[validate(length(min = 8, max = 1000))]
    pub password: String,
}
