//! POST /paid hears from whoever takes the payments: what it says is signed, byte by byte.
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::prelude::*;

#[derive(Settings)]
#[settings(prefix = "PAID")]
pub struct PaidSettings {
    #[setting(default = "a key for tests")]
    pub key: Secret<String>,
}

#[derive(Deserialize, Schema, Validate)]
pub struct Payment {
    #[validate(length(min = 1))]
    pub order: String,
    #[validate(range(min = 1))]
    pub cents: i64,
}

#[plugin]
pub struct Paid {
    logger: Logger,
    config: Config<PaidSettings>,
}

#[plugin]
impl Paid {
    /// Hears that an order is paid.
    #[post("/paid")]
    async fn hear(&self, raw: Bytes, headers: &Headers) -> Result<NoContent> {
        let sent = headers.get("x-signature").and_then(|value| value.to_str().ok()).and_then(unhex);
        let mut mac = Hmac::<Sha256>::new_from_slice(self.config.key.expose().as_bytes())?;
        mac.update(&raw);
        // It takes the same time wherever the two differ.
        mac.verify_slice(&sent.unwrap_or_default()).map_err(|_| Error::unauthorized("the signature is wrong"))?;
        let payment = from_json!(Payment, &raw)?;
        self.logger.info(format!("order {} is paid: {} cents", payment.order, payment.cents));
        Ok(NoContent)
    }
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let byte = |two: &[u8]| u8::from_str_radix(std::str::from_utf8(two).ok()?, 16).ok();
    text.as_bytes().chunks(2).map(byte).collect()
}
