//! POST /webhooks/secret gives an endpoint another secret; for a day both sign, so that nothing is lost meanwhile.
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::prelude::*;
use base64::prelude::{BASE64_STANDARD, Engine as _};

/// How long the former secret signs, too.
const BOTH: Duration = Duration::from_secs(24 * 60 * 60);

#[derive(Debug, Serialize, Schema)]
pub struct SecretRotated {
    pub secret: String,
}

#[plugin]
pub struct RotateSecret {
    db: Db,
}

#[plugin]
impl RotateSecret {
    #[post("/webhooks/secret", tag = "Webhooks")]
    async fn execute(&self, id: String) -> Result<SecretRotated> {
        let mut random = [0; 24];
        getrandom::fill(&mut random).map_err(|error| Error::internal(error.to_string()))?;
        let secret = format!("whsec_{}", BASE64_STANDARD.encode(random));
        let until = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default() + BOTH;
        let until = i64::try_from(until.as_secs()).unwrap_or(i64::MAX);
        let changed = self.db
            .execute(
                "UPDATE webhook_endpoints SET former_secret = secret, former_until = $2, secret = $3 WHERE id = $1",
                (&id, until, &secret),
            )
            .await?;
        if changed == 0 { Err(Error::not_found("endpoint")) } else { Ok(SecretRotated { secret }) }
    }
}
