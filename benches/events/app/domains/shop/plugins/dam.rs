//! Is slower than the flood.
use std::time::Duration;

use crate::prelude::*;

#[plugin]
pub struct Dam {}

#[plugin]
impl Dam {
    #[on(Flood)]
    async fn hold(&self, flood: &Flood) {
        tokio::time::sleep(Duration::from_millis(5)).await;
        crate::handle(i64::try_from(flood.weight.len()).unwrap_or_default());
    }
}
