//! Works on jobs that do what their payloads say.
use std::time::Duration;

use crate::done;
use crate::prelude::*;

#[plugin]
pub struct Reports {
    db: Db,
    logger: Logger,
}

#[plugin]
impl Reports {
    /// Builds a report.
    #[job(ReportWanted, retries = 2, backoff = "10ms", timeout = "10m", idempotent)]
    async fn build(&self, job: &Job<ReportWanted>) -> Result<()> {
        done(&self.db, job.id(), job.tenant, "began", job.attempt()).await?;
        self.logger.info("a report is built");
        if job.mood == "progress" {
            job.progress(3, 10).await?;
        }
        tokio::time::sleep(Duration::from_millis(job.takes)).await;
        match job.mood.as_str() {
            "give_up" => return Err(job.give_up("there is no such tenant")),
            "again" => return Err(job.again_in(Duration::from_secs(20 * 60))),
            "panic" => panic!("on purpose"),
            _ => {}
        }
        if job.attempt() <= job.fails {
            return Err(Error::internal("not yet"));
        }
        done(&self.db, job.id(), job.tenant, "built", job.attempt()).await
    }

    /// Sends parcels in order.
    #[job(ParcelSent, retries = 3, backoff = "10ms", key = tenant, idempotent)]
    async fn send(&self, job: &Job<ParcelSent>) -> Result<()> {
        done(&self.db, job.number, job.tenant, "sending", job.attempt()).await?;
        tokio::time::sleep(Duration::from_millis(job.takes)).await;
        if job.attempt() <= job.fails {
            return Err(Error::internal("not yet"));
        }
        done(&self.db, job.number, job.tenant, "sent", job.attempt()).await
    }

    #[job(BillDue, unique(tenant, month), idempotent)]
    async fn bill(&self, job: &Job<BillDue>) -> Result<()> {
        done(&self.db, job.id(), job.tenant, "billing", job.attempt()).await?;
        tokio::time::sleep(Duration::from_millis(job.takes)).await;
        done(&self.db, job.id(), job.tenant, "billed", job.attempt()).await
    }

    #[job(SearchIndexed, unique(tenant), latest, idempotent)]
    async fn index(&self, job: &Job<SearchIndexed>) -> Result<()> {
        done(&self.db, job.id(), job.tenant, &job.text, job.attempt()).await?;
        tokio::time::sleep(Duration::from_millis(job.takes)).await;
        done(&self.db, job.id(), job.tenant, "indexed", job.attempt()).await
    }

    #[job(DigestWanted, unique(tenant), within = "1h", idempotent)]
    async fn digest(&self, job: &Job<DigestWanted>) -> Result<()> {
        done(&self.db, job.id(), job.tenant, "digest", job.attempt()).await
    }

    #[job(PictureScaled, at_once = 4, idempotent)]
    async fn scale(&self, job: &Job<PictureScaled>) -> Result<()> {
        done(&self.db, job.number, 0, "scaling", job.attempt()).await?;
        tokio::time::sleep(Duration::from_millis(job.takes)).await;
        done(&self.db, job.number, 0, "scaled", job.attempt()).await
    }

    /// A plain function, which may block.
    #[job(CallMade, rate = "100/s", idempotent)]
    fn call(&self, job: &Job<CallMade>) -> Result<()> {
        tokio::runtime::Handle::current().block_on(done(&self.db, job.number, 0, "called", job.attempt()))
    }
}
