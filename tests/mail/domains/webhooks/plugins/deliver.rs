//! Sends one message to one endpoint, signed as Standard Webhooks has it (https://www.standardwebhooks.com), and again for
//! about a day while the endpoint does not take it.
use std::time::{SystemTime, UNIX_EPOCH};

use crate::prelude::*;
use base64::prelude::{BASE64_STANDARD, Engine as _};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

#[derive(Row)]
struct Target {
    url: String,
    secret: String,
    former_secret: String,
    former_until: i64,
}

#[plugin]
pub struct Deliver {
    db: Db,
    fetch: Fetch,
}

#[plugin]
impl Deliver {
    #[on(WebhookDue, retries = 12, backoff = "20s", idempotent)]
    async fn send(&self, event: &WebhookDue) -> Result<()> {
        let sql = "SELECT url, secret, former_secret, former_until FROM webhook_endpoints WHERE id = $1";
        // Removed meanwhile: nobody waits for it any more.
        let Some(target) = self.db.query_one::<Target>(sql, (&event.endpoint,)).await? else { return Ok(()) };
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let mut signatures = signature(&target.secret, &event.message, now, &event.body)?;
        if i64::try_from(now).unwrap_or(i64::MAX) < target.former_until {
            signatures += " ";
            signatures += &signature(&target.former_secret, &event.message, now, &event.body)?;
        }
        let answer = self.fetch
            .post(&target.url)
            .untrusted()
            .header("webhook-id", &event.message)
            .header("webhook-timestamp", &now.to_string())
            .header("webhook-signature", &signatures)
            .body("application/json", event.body.clone())
            .send()
            .await?;
        match answer.status.as_u16() {
            200..=299 => Ok(()),
            // The endpoint is gone for good, and says so.
            410 => {
                self.db.execute("DELETE FROM webhook_endpoints WHERE id = $1", (&event.endpoint,)).await?;
                Ok(())
            }
            // Also what is the other's mistake: it may be mended tomorrow.
            status => Err(Error::unavailable(format!("the endpoint {} answered {status}", event.endpoint))),
        }
    }
}

/// `v1,` and the HMAC of id, time and body.
fn signature(secret: &str, message: &str, seconds: u64, body: &str) -> Result<String> {
    let key = BASE64_STANDARD.decode(secret.trim_start_matches("whsec_"));
    let key = key.map_err(|error| Error::internal(error.to_string()))?;
    let mut mac = Hmac::<Sha256>::new_from_slice(&key)?;
    mac.update(format!("{message}.{seconds}.{body}").as_bytes());
    Ok(format!("v1,{}", BASE64_STANDARD.encode(mac.finalize().into_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn known(db: &Db, until: i64) {
        let sql = "INSERT INTO webhook_endpoints (id, url, secret, former_secret, former_until) VALUES ($1, $2, $3, $4, $5)";
        let secrets = ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_bmV3");
        db.execute(sql, ("one", "https://a.example/hook", secrets.0, secrets.1, until)).await.unwrap();
    }

    fn due(endpoint: &str) -> WebhookDue {
        WebhookDue { endpoint: endpoint.into(), message: "msg_1".into(), body: r#"{"test": 2432232314}"#.into() }
    }

    #[test]
    fn a_signature_is_that_of_the_standard() {
        // The example of the specification.
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let made = signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#).unwrap();
        assert_eq!(made, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[microcore::test]
    async fn a_message_is_signed_by_both_secrets_while_one_replaces_the_other(db: Db, fetch: Fetch) {
        known(&db, i64::MAX).await;
        fetch.when("POST", "https://a.example/hook").answer(204, "");
        Deliver::new(db, fetch.clone()).send(&due("one")).await.unwrap();
        let sent = &fetch.sent()[0];
        assert!(sent.untrusted, "a customer chose the address");
        assert_eq!((&sent.headers["webhook-id"], &sent.body[..]), (&"msg_1".parse().unwrap(), due("one").body.as_bytes()));
        let signatures = sent.headers["webhook-signature"].to_str().unwrap();
        assert_eq!(signatures.split(' ').filter(|one| one.starts_with("v1,")).count(), 2, "{signatures}");
    }

    #[microcore::test]
    async fn what_is_not_taken_is_sent_again_and_who_is_gone_is_forgotten(db: Db, fetch: Fetch) {
        known(&db, 0).await;
        let script = fetch.when("POST", "https://a.example/hook").answer(404, "").answer(500, "").is_away();
        script.answer(410, "");
        let deliver = Deliver::new(db.clone(), fetch.clone());
        for _ in 0..3 {
            let error = deliver.send(&due("one")).await.unwrap_err();
            assert!(!error.is_permanent(), "{error}");
        }
        deliver.send(&due("one")).await.unwrap();
        assert_eq!(db.query_scalar::<i64>("SELECT count(*) FROM webhook_endpoints", ()).await.unwrap(), 0);
        deliver.send(&due("one")).await.unwrap();
        assert_eq!(fetch.sent().len(), 4, "nobody is there any more");
    }
}
