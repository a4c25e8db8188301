//! A rule fits the type of its field.

use microcore::prelude::*;


#[derive(Deserialize, Schema, Validate)]
pub struct NewUser {
    #[validate(length(min = 1))]
    pub id: i64,
    #[validate(email)]
    pub age: Option<u8>,
}

fn main() {}
