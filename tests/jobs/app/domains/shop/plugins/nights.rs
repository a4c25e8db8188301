//! What runs at night, and what a handler may be.
use std::sync::atomic::{AtomicU64, Ordering};

use crate::prelude::*;
use crate::record;

pub static CALLS: AtomicU64 = AtomicU64::new(0);

#[plugin]
pub struct Nights {
    db: Db,
}

#[plugin]
impl Nights {
    /// Cleans up.
    #[cron("30 2 * * *", zone = "Europe/Berlin", late = "4h")]
    async fn nightly(&self, tick: &Tick) -> Result<()> {
        record(&self.db, "nightly", tick).await
    }

    /// Reports what the week was.
    #[cron("0 9 * * 1-5", missed = "skip")]
    async fn weekdays(&self, tick: &Tick) -> Result<()> {
        record(&self.db, "weekdays", tick).await
    }

    #[every("5m", from = "end", name = "after.end")]
    async fn after_end(&self, tick: &Tick) -> Result<()> {
        record(&self.db, "after.end", tick).await
    }

    /// Has no tick, and is no future.
    #[every("6h")]
    fn counted(&self) {
        CALLS.fetch_add(1, Ordering::Relaxed);
    }

    /// In each process.
    #[every("10m", broadcast)]
    async fn warm(&self, tick: &Tick) -> Result<()> {
        record(&self.db, "warm", tick).await
    }
}
