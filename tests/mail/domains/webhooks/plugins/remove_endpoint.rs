//! DELETE /webhooks removes an endpoint: what is on its way to it is not sent any more.
use crate::prelude::*;

#[plugin]
pub struct RemoveEndpoint {
    db: Db,
}

#[plugin]
impl RemoveEndpoint {
    #[delete("/webhooks", status = 204, tag = "Webhooks")]
    async fn execute(&self, id: String) -> Result<()> {
        match self.db.execute("DELETE FROM webhook_endpoints WHERE id = $1", (&id,)).await? {
            0 => Err(Error::not_found("endpoint")),
            _ => Ok(()),
        }
    }
}
