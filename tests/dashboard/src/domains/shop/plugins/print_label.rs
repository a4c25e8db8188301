//! POST /orders/{id}/label has a label printed, as a job; no label is wide enough for what is heavy.
use crate::prelude::*;

#[derive(Deserialize, Schema, Validate)]
pub struct Parcel {
    #[validate(range(min = 1))]
    pub grams: i64,
}

#[plugin]
pub struct PrintLabel {
    db: Db,
    scheduler: Scheduler,
}

/// Prints labels.
#[plugin]
impl PrintLabel {
    /// Wants a label; gives the id of the job.
    #[post("/orders/{id}/label", status = 202)]
    async fn wish(&self, id: i64, body: Parcel) -> Result<i64> {
        Ok(self.scheduler.enqueue(LabelWanted { order: id, grams: body.grams }).await?.id())
    }

    /// Prints a label.
    #[job(LabelWanted, retries = 2, idempotent)]
    async fn print(&self, job: &Job<LabelWanted>) -> Result<()> {
        if job.grams > 30_000 {
            return Err(job.give_up("no label is that wide"));
        }
        self.db.execute("UPDATE orders SET state = 'labelled' WHERE id = $1", (job.order,)).await?;
        Ok(())
    }
}
