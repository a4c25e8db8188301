//! What a token says about its owner.
use crate::prelude::*;

#[derive(Serialize, Deserialize, Schema)]
pub struct Claims {
    /// The account's address.
    pub sub: String,
    pub roles: Vec<String>,
}
