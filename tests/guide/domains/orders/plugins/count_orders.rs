//! GET /orders/count: how many orders this process has taken.
use std::sync::atomic::{AtomicU64, Ordering};

use crate::prelude::*;

pub struct CountOrders {
    count: AtomicU64,
}

#[plugin]
impl CountOrders {
    pub fn new() -> Self {
        Self { count: AtomicU64::new(0) }
    }

    #[get("/orders/count")]
    async fn count(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }

    /// A plain call in the publisher's task: `publish` returns after it.
    #[on(OrderPlaced, inline)]
    fn placed(&self, _event: &OrderPlaced) {
        self.count.fetch_add(1, Ordering::Relaxed);
    }
}
