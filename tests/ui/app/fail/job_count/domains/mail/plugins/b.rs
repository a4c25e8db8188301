use crate::prelude::*;

#[plugin]
pub struct Second {
    logger: Logger,
}

#[plugin]
impl Second {
    #[job(ReportWanted)]
    async fn build(&self, job: &Job<ReportWanted>) {
        self.logger.info("built again");
    }

    #[job(UserCreated)]
    async fn greet(&self, job: &Job<UserCreated>) {
        self.logger.info("hello");
    }

    #[on(ReportWanted)]
    async fn hear(&self, event: &ReportWanted) {
        self.logger.info("heard");
    }
}
