//! Tells a rate that another service knows.
use std::time::Duration;

use crate::prelude::*;

#[plugin]
pub struct Rate {
    fetch: Fetch,
}

/// What the service answers; the rest of it is passed over.
#[derive(Deserialize)]
struct Latest {
    usd: f64,
}

#[plugin]
impl Rate {
    #[get("/rates/{currency}")]
    async fn of(&self, currency: String) -> Result<f64> {
        let call = self.fetch.get("https://rates.example.com/latest").query("base", currency);
        let latest: Latest = call.deadline(Duration::from_secs(2)).json().await?;
        Ok(latest.usd)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[microcore::test]
    async fn tells_what_the_service_says(fetch: Fetch) {
        fetch.when("GET", "https://rates.example.com/latest?base=eur").answer(200, r#"{"usd": 1.1, "gbp": 0.8}"#);
        assert_eq!(Rate::new(fetch).of("eur".to_owned()).await.unwrap(), 1.1);
    }
}
