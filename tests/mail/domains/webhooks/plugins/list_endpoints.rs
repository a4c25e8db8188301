//! GET /webhooks lists the endpoints, without their secrets.
use crate::prelude::*;

#[derive(Debug, Row, Serialize, Schema)]
pub struct Endpoint {
    pub id: String,
    pub url: String,
}

#[plugin]
pub struct ListEndpoints {
    db: Db,
}

#[plugin]
impl ListEndpoints {
    #[get("/webhooks", tag = "Webhooks")]
    async fn execute(&self) -> Result<Vec<Endpoint>> {
        Ok(self.db.query("SELECT id, url FROM webhook_endpoints ORDER BY url, id LIMIT 1000", ()).await?)
    }
}
