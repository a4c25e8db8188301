//! Fields that the event does not have.
use crate::prelude::*;

#[plugin]
pub struct Reports {
    logger: Logger,
}

#[plugin]
impl Reports {
    #[job(ReportWanted, unique(tenant, moth), key = tenat)]
    async fn build(&self, job: &Job<ReportWanted>) {
        self.logger.info("built");
    }
}
