use crate::prelude::*;

#[derive(Serialize, Schema, Row)]
pub struct User {
    pub id: i64,
    #[row(rename = "full_name")]
    pub name: String,
}

#[plugin]
pub struct Everything {
    db: Db,
}

#[plugin]
impl Everything {
    const ALL: &str = "SELECT full_name, ID FROM (SELECT id, name AS full_name FROM users) ORDER BY id";

    #[get("/users")]
    async fn in_any_order_and_case(&self) -> Result<Vec<User>> {
        Ok(self.db.query(Self::ALL, ()).await?)
    }

    #[get("/pairs")]
    async fn by_position(&self, ids: Option<i64>) -> Result<Vec<String>> {
        let sql = "WITH some AS (SELECT id, name FROM users WHERE id > $1 OR id < $1) SELECT * FROM some";
        let pairs = self.db.query::<(i64, String)>(sql, (ids,)).await?;
        Ok(pairs.into_iter().map(|(_, name)| name).collect())
    }

    #[get("/stocked")]
    async fn through_a_view_of_the_own_domain(&self) -> Result<i64> {
        Ok(self.db.query_scalar("SELECT count(*) FROM stocked", ()).await?)
    }

    #[delete("/users/{id}")]
    async fn where_other_domains_only_follow(&self, id: i64) -> Result<NoContent> {
        let orders: Option<i64> = self
            .db
            .transaction(async |tx| {
                tx.execute("INSERT INTO orders (user_id) VALUES ($1)", [id]).await?;
                let values = vec![id];
                tx.execute("DELETE FROM users WHERE id = $1", values).await?;
                tx.execute_many("DELETE FROM orders WHERE id = $1", (0..2).map(|id| (id,))).await?;
                tx.query_one("SELECT id FROM orders", ()).await
            })
            .await?;
        let _ = orders;
        Ok(NoContent)
    }

    #[get("/unchecked")]
    async fn as_its_author_says(&self) -> Result<i64> {
        let items: Option<(i64, String)> = self.db.query_one(sql_unchecked("SELECT id FROM items"), ()).await?;
        let table = format!("SELECT count(*) FROM {}", "anything");
        let count = self.db.query_scalar(&table, ()).await?;
        Ok(items.map_or(count, |(id, _)| id))
    }
}
