//! What sounds secret is a `Secret`.

use microcore::prelude::*;


#[derive(Settings)]
#[settings(prefix = "MAIL")]
pub struct Mail {
    pub password: String,
    pub api_token: Option<String>,
    #[setting(public)]
    pub max_tokens: u32,
    pub key: Secret<String>,
}

fn main() {}
