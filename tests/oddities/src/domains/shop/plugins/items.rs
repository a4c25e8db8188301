//! Items of the shop: the type `Comment` is another one than the blog's.
use crate::prelude::*;
use crate::domains::shop::models::item::{Item, Page};

#[derive(Deserialize, Serialize, Schema, Validate)]
pub struct Comment {
    #[validate(length(max = 200))]
    pub text: String,
    pub stars: u8,
}

#[derive(Serialize, Schema)]
pub struct CommentReply {
    pub id: i64,
    pub comment: Comment,
}

#[derive(Deserialize, Schema)]
pub struct Changes {
    #[serde(default)]
    pub name: Option<String>,
}

#[plugin]
pub struct Items {
    bus: Bus,
}

#[plugin]
impl Items {
    /// Reads the items, e.g. those of a word, page by page.
    #[get("/shop/items")]
    async fn list(&self, word: Option<String>, tag: Vec<String>, limit: Option<u32>) -> Result<Page<Item>> {
        let price = Some(crate::prices::with_tax(Decimal::new(100, 2), 19));
        let tags = tag.into_iter().chain(word).collect();
        Ok(Page { items: vec![Item { name: "pen".into(), tags, price }], total: limit.unwrap_or(1) })
    }

    #[post("/shop/items")]
    async fn add(&self, body: Item) -> Result<Created<Item>> {
        Ok(Created::at("/shop/items/1", body))
    }

    #[put("/shop/items")]
    async fn replace(&self, body: Vec<Item>) -> usize {
        body.len()
    }

    #[patch("/shop/items/{id}")]
    async fn change(&self, id: i64, body: Option<Changes>) -> Option<String> {
        body.and_then(|changes| changes.name).map(|name| format!("{id} is {name}"))
    }

    #[post("/shop/items/{id}/comments")]
    async fn comment(&self, id: i64, body: Comment) -> CommentReply {
        CommentReply { id, comment: body }
    }

    #[get("/shop/items/{id}/stock")]
    async fn stock(&self, id: i64) -> Result<u32> {
        self.bus.request(StockAsked { item: id }).await
    }

    #[reply(StockAsked)]
    async fn count(&self, event: &StockAsked) -> Result<u32> {
        Ok(u32::from(event.item > 0))
    }
}
