//! A rule is one of those that exist.

use microcore::prelude::*;


#[derive(Validate)]
pub struct NewUser {
    #[validate(emial)]
    pub email: String,
    #[validate(zebra)]
    pub name: String,
}

fn main() {}
