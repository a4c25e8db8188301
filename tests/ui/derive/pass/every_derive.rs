//! All derives on the shapes that they are for.

use microcore::prelude::*;


#[derive(Serialize, Deserialize, Schema, Validate, Clone, PartialEq, Debug)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewUser {
    #[validate(length(min = 1, max = 200))]
    pub full_name: String,
    #[validate(email)]
    pub email: Option<String>,
    #[serde(default)]
    #[validate(nested)]
    pub address: Vec<Address>,
}

#[derive(Serialize, Deserialize, Schema, Validate, Clone, PartialEq, Debug)]
pub struct Address {
    #[validate(range(min = 1))]
    pub number: u32,
}

#[derive(Serialize, Deserialize, Schema)]
#[serde(tag = "kind")]
pub enum Shape {
    Circle { radius: f64 },
    Square { side: f64 },
}

#[derive(Serialize, Schema)]
pub struct Page<T> {
    pub items: Vec<T>,
}

#[derive(Row)]
pub struct User {
    pub id: i64,
    #[row(rename = "full_name")]
    pub name: Option<String>,
}

#[derive(Settings)]
#[settings(prefix = "MAIL")]
pub struct Mail {
    #[setting(default = "noreply@example.com")]
    pub from: String,
    pub password: Option<Secret<String>>,
}

fn asks<T: Serialize + Schema>() {}

const _: fn() = || {
    asks::<Page<NewUser>>();
    asks::<Shape>();
};

fn main() {}
