//! Every kind of input that a handler can name.
use crate::domains::orders::models::Order;
use crate::prelude::*;

#[derive(Deserialize, Schema)]
pub struct Filter {
    pub customer: Option<String>,
    pub limit: Option<u32>,
}

#[derive(Serialize, Schema)]
pub struct Caller {
    pub request: String,
    pub agent: Option<String>,
}

#[plugin]
pub struct ShowOrders {
    db: Db,
}

#[plugin]
impl ShowOrders {
    /// `{id}` is in the path, so `id` is read from it.
    #[get("/orders/{id}")]
    async fn one(&self, id: i64) -> Result<Order> {
        let order = self.db.query_one("SELECT id, customer, total FROM orders WHERE id = $1", (id,)).await?;
        order.ok_or_else(|| Error::not_found("order"))
    }

    /// The whole query as one struct.
    #[get("/orders")]
    async fn many(&self, query: Filter) -> Result<Vec<Order>> {
        let sql = "SELECT id, customer, total FROM orders WHERE $1 IS NULL OR customer = $1 ORDER BY id LIMIT $2";
        Ok(self.db.query(sql, (query.customer, query.limit.unwrap_or(20).min(100))).await?)
    }

    /// One parameter of the query, given as often as the client likes: `?item=pen&item=cup`.
    #[get("/orders/by-item")]
    async fn by_item(&self, item: Vec<String>) -> Result<Vec<i64>> {
        let mut orders = Vec::new();
        for name in item {
            orders.extend(self.db.query::<i64>("SELECT order_id FROM order_lines WHERE item = $1", (name,)).await?);
        }
        Ok(orders)
    }

    /// The rest of the path, slashes included.
    #[get("/files/{*path}")]
    async fn file(&self, path: String) -> String {
        path
    }

    /// The headers and the context of the request.
    #[get("/whoami")]
    async fn whoami(&self, headers: &Headers, ctx: Context) -> Caller {
        let agent = headers.get("user-agent").and_then(|value| value.to_str().ok());
        Caller { request: ctx.id.to_string(), agent: agent.map(str::to_owned) }
    }

    /// Moved for good.
    #[get("/old-orders")]
    async fn moved(&self) -> Redirect {
        Redirect::permanent("/orders")
    }
}
