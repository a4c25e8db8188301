//! Comments of the blog, and enums of every tagging.
use std::collections::BTreeMap;

use crate::prelude::*;

/// Read with a default, so it is read and written differently.
#[derive(Deserialize, Serialize, Schema, Validate)]
pub struct Comment {
    #[validate(length(min = 1))]
    pub text: String,
    #[serde(default)]
    pub mood: Mood,
    #[validate(nested)]
    pub answers: Vec<Comment>,
}

#[derive(Default, Deserialize, Serialize, Schema)]
#[serde(rename_all = "kebab-case")]
pub enum Mood {
    /// As it is.
    #[default]
    Plain,
    VeryGlad,
}

#[derive(Deserialize, Serialize, Schema)]
pub enum Outside {
    Text(String),
    Point { x: i32, y: i32 },
    Nothing,
}

#[derive(Deserialize, Serialize, Schema)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Inside {
    Circle { radius: f64 },
    Dot,
}

#[derive(Deserialize, Serialize, Schema)]
#[serde(tag = "kind", content = "of")]
pub enum Beside {
    Number(u16),
    Words(Vec<String>),
}

#[derive(Deserialize, Serialize, Schema)]
#[serde(untagged)]
pub enum Either {
    Number(i64),
    Text(String),
}

#[derive(Deserialize, Serialize, Schema)]
pub struct Enums {
    pub outside: Outside,
    pub inside: Option<Inside>,
    pub beside: Beside,
    pub either: BTreeMap<String, Either>,
}

#[plugin]
pub struct Comments {}

#[plugin]
impl Comments {
    #[post("/blog/comments")]
    async fn add(&self, body: Comment) -> Comment {
        body
    }

    #[put("/blog/enums")]
    async fn enums(&self, body: Enums) -> Enums {
        body
    }

    #[deprecated = "nobody counts them"]
    #[get("/blog/comments/count")]
    async fn count(&self) -> usize {
        0
    }
}
