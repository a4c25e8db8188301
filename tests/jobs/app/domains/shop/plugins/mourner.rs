//! Hears of jobs that are dead.
use crate::done;
use crate::prelude::*;

#[plugin]
pub struct Mourner {
    db: Db,
}

#[plugin]
impl Mourner {
    #[on(JobFailed)]
    async fn mourn(&self, failed: &JobFailed) -> Result<()> {
        let said = format!("{}: {}", failed.name, failed.error);
        done(&self.db, failed.job, 0, &said, failed.attempts).await
    }
}
