//! Runs that are ordered by hand, and do what knobs say.
use std::time::Duration;

use crate::prelude::*;
use crate::record;

#[plugin]
pub struct Moods {
    db: Db,
}

#[plugin]
impl Moods {
    async fn knob(&self, name: &str) -> Result<i64> {
        Ok(self.db.query_one::<(i64,)>("SELECT value FROM knob WHERE name = $1", name).await?.map_or(0, |row| row.0))
    }

    /// As long as the knob says.
    #[cron("0 0 1 1 *", name = "mood.slow")]
    async fn slow(&self, tick: &Tick) -> Result<()> {
        record(&self.db, "mood.slow", tick).await?;
        let wait = self.knob("slow").await?;
        tokio::time::sleep(Duration::from_millis(wait.unsigned_abs())).await;
        record(&self.db, "mood.slow.end", tick).await
    }

    /// Fails as often as the knob says.
    #[cron("0 0 1 1 *", retries = 2, backoff = "10ms", name = "mood.shaky")]
    async fn shaky(&self, tick: &Tick) -> Result<()> {
        record(&self.db, "mood.shaky", tick).await?;
        let tried: i64 = self.db.query_scalar("SELECT count(*) FROM ran WHERE handler = 'mood.shaky'", ()).await?;
        if tried <= self.knob("shaky").await? {
            return Err(Error::internal("not yet"));
        }
        Ok(())
    }

    #[cron("0 0 1 1 *", timeout = "50ms", name = "mood.endless")]
    async fn endless(&self) {
        std::future::pending::<()>().await;
    }

    #[cron("0 0 1 1 *", name = "mood.panics")]
    async fn panics(&self) {
        panic!("on purpose");
    }

    /// Side by side, each as long as the knob says when it begins.
    #[cron("0 0 1 1 *", overlap = "allow", name = "mood.busy")]
    async fn busy(&self, tick: &Tick) -> Result<()> {
        record(&self.db, "mood.busy", tick).await?;
        let wait = self.knob("busy").await?;
        tokio::time::sleep(Duration::from_millis(wait.unsigned_abs())).await;
        record(&self.db, "mood.busy.end", tick).await
    }

    /// Its runs take longer than its interval.
    #[every("1h", name = "mood.long")]
    async fn long(&self, tick: &Tick) -> Result<()> {
        record(&self.db, "mood.long", tick).await
    }
}
