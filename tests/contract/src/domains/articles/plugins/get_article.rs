//! GET /api/articles/{slug} shows an article.
use crate::domains::articles::models::article::ArticleReply;
use crate::prelude::*;

#[plugin]
pub struct GetArticle {
    db: Db,
}

#[plugin]
impl GetArticle {
    #[get("/api/articles/{slug}")]
    async fn execute(&self, slug: String) -> Result<ArticleReply> {
        let article = self
            .db
            .query_one("SELECT slug, title, description, body, author FROM articles WHERE slug = $1", (&slug,))
            .await?
            .ok_or_else(|| Error::not_found("article"))?;
        Ok(ArticleReply { article })
    }
}
