use crate::prelude::*;

#[plugin]
pub struct First {
    logger: Logger,
}

#[plugin]
impl First {
    #[job(ReportWanted)]
    async fn build(&self, job: &Job<ReportWanted>) {
        self.logger.info("built");
    }
}
