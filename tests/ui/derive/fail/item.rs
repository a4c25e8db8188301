//! Each derive says which items it is for.

use microcore::prelude::*;


#[derive(Serialize)]
pub union Bytes {
    pub a: u8,
}

#[derive(Schema)]
pub union Words {
    pub a: u16,
}

#[derive(Deserialize)]
#[serde(remote = "Elsewhere")]
pub struct Remote {
    pub a: u8,
}

#[derive(Validate)]
pub enum Either {
    A,
}

#[derive(Settings)]
pub struct Section(pub String);

fn main() {}
