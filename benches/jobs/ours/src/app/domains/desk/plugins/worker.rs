//! Works, and lends the scheduler to whoever measures.
use std::sync::PoisonError;
use std::sync::atomic::Ordering;
use std::time::Instant;

use crate::figures::{BEGAN, DONE, SCHEDULER};
use crate::prelude::*;

#[plugin]
pub struct Worker {
    scheduler: Scheduler,
}

#[plugin]
impl Worker {
    async fn on_boot(&self) -> Result<()> {
        *SCHEDULER.lock().unwrap_or_else(PoisonError::into_inner) = Some(self.scheduler.clone());
        Ok(())
    }

    #[job(Carried)]
    async fn carry(&self, _job: &Job<Carried>) -> Result<()> {
        *BEGAN.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        DONE.fetch_add(1, Ordering::AcqRel);
        Ok(())
    }

    #[job(Stepped)]
    async fn step(&self, job: &Job<Stepped>) -> Result<()> {
        for number in 0..10 {
            job.step_at("add", number, async |_| Ok(number)).await?;
        }
        DONE.fetch_add(1, Ordering::AcqRel);
        Ok(())
    }
}
