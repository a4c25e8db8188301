//! Makes one message of what happened, and one delivery of it per endpoint.
use std::time::{SystemTime, UNIX_EPOCH};

use crate::prelude::*;

#[derive(Row)]
struct Known {
    id: String,
}

#[plugin]
pub struct FanOut {
    db: Db,
}

#[plugin]
impl FanOut {
    #[on(WebhookRaised, retries = 5, backoff = "1s")]
    async fn raise(&self, event: &WebhookRaised) -> Result<()> {
        let data: serde_json::Value = serde_json::from_str(&event.data)?;
        // The id of this delivery is the same when it is repeated.
        let message = microcore::context::handled().map_or_else(|| "msg_test".to_owned(), |one| format!("msg_{}", one.id));
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let body = serde_json::json!({ "type": event.name, "timestamp": seconds, "data": data }).to_string();
        // All endpoints or none: a repetition would tell the first ones twice.
        self.db
            .transaction(async |tx| {
                for Known { id } in tx.query::<Known>("SELECT id FROM webhook_endpoints", ()).await? {
                    // In order at each endpoint; one that fails holds back itself alone.
                    let options = PublishOptions::new().key(id.as_str());
                    let due = WebhookDue { endpoint: id, message: message.clone(), body: body.clone() };
                    tx.publish_with(due, options).await?;
                }
                Ok::<_, Error>(())
            })
            .await
    }
}
