//! A rule has the arguments that it takes.

use microcore::prelude::*;


#[derive(Validate)]
pub struct NewUser {
    #[validate(length)]
    pub a: String,
    #[validate(length(least = 1), email)]
    pub b: String,
    #[validate(must_match(other = 5))]
    pub c: String,
    #[validate]
    pub d: String,
    #[validate("email")]
    pub e: String,
    #[validate(length = 3)]
    pub f: String,
}

fn main() {}
