//! GET /api/articles lists articles, the latest first.
use crate::domains::articles::models::article::Article;
use crate::prelude::*;

#[derive(Serialize, Schema)]
pub struct ArticleList {
    articles: Vec<Article>,
    #[serde(rename = "articlesCount")]
    articles_count: i64,
}

#[plugin]
pub struct ListArticles {
    db: Db,
}

#[plugin]
impl ListArticles {
    #[get("/api/articles")]
    async fn execute(&self, limit: Option<u32>, offset: Option<u32>) -> Result<ArticleList> {
        let articles = self
            .db
            .query(
                "SELECT slug, title, description, body, author FROM articles ORDER BY id DESC LIMIT $1 OFFSET $2",
                (limit.unwrap_or(20).min(100), offset.unwrap_or(0)),
            )
            .await?;
        let articles_count = self.db.query_scalar("SELECT count(*) FROM articles", ()).await?;
        Ok(ArticleList { articles, articles_count })
    }
}
