//! Notes what happens; `/said` tells it.
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use microcore::jobs::Every;

use crate::prelude::*;

pub struct Shop {
    scheduler: Scheduler,
    said: Mutex<Vec<String>>,
}

#[plugin]
impl Shop {
    pub fn new(scheduler: Scheduler) -> Self {
        Self { scheduler, said: Mutex::default() }
    }

    fn note(&self, what: impl Into<String>) {
        self.said.lock().unwrap_or_else(PoisonError::into_inner).push(what.into());
    }

    #[get("/said")]
    async fn said(&self) -> Vec<String> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    #[post("/trials/{tenant}", status = 204)]
    async fn begin(&self, tenant: i64) -> Result<NoContent> {
        let ends = self.scheduler.now() + Duration::from_secs(3_600);
        self.scheduler.once(format!("trial-{tenant}"), ends, TrialEnded { tenant }).await?;
        self.scheduler.repeat("bill", Every::new(Duration::from_secs(1_800))?, BillDue { tenant }).await?;
        Ok(NoContent)
    }

    #[every("20m")]
    async fn look(&self) {
        self.note("looked");
    }

    #[job(BillDue)]
    async fn bill(&self, job: &Job<BillDue>) -> Result<()> {
        let number = job.step("count", async |_| Ok(7)).await?;
        self.note(format!("billed {} {number}", job.tenant));
        Ok(())
    }

    #[on(TrialEnded)]
    async fn end(&self, event: &TrialEnded) -> Result<()> {
        self.note(format!("ended {}", event.tenant));
        Ok(())
    }
}
