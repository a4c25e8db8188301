//! Options that can not be kept.
use crate::prelude::*;

#[plugin]
pub struct Reports {
    db: Db,
}

#[plugin]
impl Reports {
    #[job(ReportWanted)]
    async fn takes_event(&self, job: &ReportWanted) {}

    #[job(ReportWanted)]
    async fn takes_nothing(&self) {}

    #[job(ReportWanted, unique)]
    async fn no_fields(&self, job: &Job<ReportWanted>) {}

    #[job(ReportWanted, unique("tenant"))]
    async fn text(&self, job: &Job<ReportWanted>) {}

    #[job(ReportWanted, within = "1h")]
    async fn within_alone(&self, job: &Job<ReportWanted>) {}

    #[job(ReportWanted, latest)]
    async fn latest_alone(&self, job: &Job<ReportWanted>) {}

    #[job(ReportWanted, key = "tenant")]
    async fn key_as_text(&self, job: &Job<ReportWanted>) {}

    #[job(ReportWanted, rate = "60")]
    async fn no_rate(&self, job: &Job<ReportWanted>) {}

    #[job(ReportWanted, at_once = 0)]
    async fn none_at_once(&self, job: &Job<ReportWanted>) {}

    #[job(ReportWanted, backoff = "5s")]
    async fn backoff_alone(&self, job: &Job<ReportWanted>) {}

    #[job(ReportWanted, timeout = "soon")]
    async fn no_duration(&self, job: &Job<ReportWanted>) {}

    #[job(ReportWanted, tries = 3)]
    async fn unknown(&self, job: &Job<ReportWanted>) {}

    #[job(ReportWanted, timeout = "10s")]
    fn plain(&self, job: &Job<ReportWanted>) {}

    #[job]
    async fn nothing(&self, job: &Job<ReportWanted>) {}

    #[job(ReportWanted)]
    async fn writes(&self, job: &Job<ReportWanted>) -> Result<()> {
        self.db.execute("DELETE FROM reports", ()).await?;
        Ok(())
    }
}
