//! An article, as it is told.
use crate::prelude::*;

#[derive(Serialize, Schema)]
pub struct ArticleReply {
    pub article: Article,
}

#[derive(Serialize, Schema, Row)]
pub struct Article {
    pub slug: String,
    pub title: String,
    pub description: String,
    pub body: String,
    pub author: String,
}

/// What a token says about its owner, as far as articles need it.
#[derive(Deserialize, Schema)]
pub struct Author {
    pub sub: String,
}
