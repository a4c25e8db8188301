use crate::prelude::*;

#[event("email.check", reply = bool)]
pub struct CheckEmail {
    pub email: String,
}
