//! A key is in upper snake case and read by one field.

use microcore::prelude::*;


#[derive(Settings)]
#[settings(prefix = "mail")]
pub struct Mail {
    #[setting(defualt = "x")]
    pub from: String,
    #[setting(key = "mail_to")]
    pub to: String,
    #[setting(key = "X")]
    pub one: String,
    #[setting(key = "X")]
    pub two: String,
}

fn main() {}
