//! Trials end at a time, unless they are paid for before.
use std::time::Duration;

use microcore::jobs::Every;

use crate::done;
use crate::prelude::*;

#[plugin]
pub struct Trials {
    db: Db,
    scheduler: Scheduler,
}

#[plugin]
impl Trials {
    /// Begins a trial of an hour, with a bill each ten minutes.
    #[post("/trials/{tenant}", status = 204)]
    async fn begin(&self, tenant: i64) -> Result<NoContent> {
        let ends = self.scheduler.now() + Duration::from_secs(3_600);
        self.scheduler.once(format!("trial-{tenant}"), ends, TrialEnded { tenant }).await?;
        let bill = BillDue { tenant, month: "2027-03".to_owned(), takes: 0 };
        self.scheduler.repeat(format!("bill-{tenant}"), Every::new(Duration::from_secs(600))?, bill).await?;
        Ok(NoContent)
    }

    /// It is paid for.
    #[delete("/trials/{tenant}")]
    async fn pay(&self, tenant: i64) -> Result<NoContent> {
        if self.scheduler.cancel(&format!("trial-{tenant}")).await? { Ok(NoContent) } else { Err(Error::not_found("trial")) }
    }

    #[on(TrialEnded)]
    async fn end(&self, event: &TrialEnded) -> Result<()> {
        self.scheduler.cancel(&format!("bill-{}", event.tenant)).await?;
        done(&self.db, 0, event.tenant, "trial ended", 1).await
    }
}
