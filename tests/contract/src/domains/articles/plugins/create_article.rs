//! POST /api/articles publishes an article.
use crate::domains::articles::models::article::{Article, ArticleReply, Author};
use crate::prelude::*;

#[derive(Deserialize, Schema, Validate)]
pub struct Draft {
    #[validate(nested)]
    article: NewArticle,
}

#[derive(Deserialize, Schema, Validate)]
pub struct NewArticle {
    #[validate(length(min = 1, max = 200))]
    title: String,
    #[validate(length(max = 1000))]
    description: String,
    #[validate(length(min = 1))]
    body: String,
}

#[plugin]
pub struct CreateArticle {
    db: Db,
}

#[plugin]
impl CreateArticle {
    #[post("/api/articles", status = 201)]
    async fn execute(&self, claims: Author, body: Draft) -> Result<ArticleReply> {
        let NewArticle { title, description, body } = body.article;
        let words: Vec<String> = title.split_whitespace().map(str::to_lowercase).collect();
        let article = Article { slug: words.join("-"), title, description, body, author: claims.sub };
        self.db
            .execute(
                "INSERT INTO articles (slug, title, description, body, author) VALUES ($1, $2, $3, $4, $5)",
                (&article.slug, &article.title, &article.description, &article.body, &article.author),
            )
            .await
            .on_unique(|| Error::unprocessable("title must be unique"))?;
        Ok(ArticleReply { article })
    }
}
