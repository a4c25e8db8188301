//! What serde does not know is reported once.

use microcore::prelude::*;


#[derive(Serialize, Deserialize, Schema)]
pub struct Item {
    #[serde(renam = "no")]
    pub id: i64,
}

fn main() {}
