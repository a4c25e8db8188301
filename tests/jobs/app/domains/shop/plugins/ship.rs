//! Ships orders step by step.
use std::process::{Command, id};
use std::time::Duration;

use crate::prelude::*;

#[plugin]
pub struct Ship {
    db: Db,
}

/// Kills or stops this process with a signal that it can't refuse, where the job says so and it is a child of the test.
fn point(job: &Job<OrderPlaced>, name: &str) {
    let is_child = std::env::var("JOBS_TEST_PROCESS").is_ok_and(|process| process == "child");
    if !is_child || job.attempt() > 1 {
        return;
    }
    let signal = match job.dies.strip_prefix("stops ") {
        Some(stops) if stops == name => "-STOP",
        None if job.dies == name => "-KILL",
        _ => return,
    };
    let _ = Command::new("kill").args([signal, &id().to_string()]).status();
}

#[plugin]
impl Ship {
    /// Who is to be stopped waits until the test is ready for it.
    async fn waits(&self, job: &Job<OrderPlaced>) -> Result<()> {
        let is_child = std::env::var("JOBS_TEST_PROCESS").is_ok_and(|process| process == "child");
        let ready = "SELECT count(*) FROM knob WHERE name = 'ready'";
        while is_child && job.dies.starts_with("stops") && self.db.query_scalar::<i64>(ready, ()).await? == 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }

    /// Ships an order.
    #[job(OrderPlaced, retries = 5, backoff = "10ms")]
    pub async fn ship(&self, job: &Job<OrderPlaced>) -> Result<()> {
        point(job, "begun");
        self.waits(job).await?;
        let left: i64 = job
            .transact("reserve", &self.db, async |tx| {
                tx.execute("UPDATE stock SET count = count - 1 WHERE item = $1", (job.item,)).await?;
                point(job, "inside transact");
                Ok(tx.query_scalar("SELECT count FROM stock WHERE item = $1", (job.item,)).await?)
            })
            .await?;
        point(job, "behind transact");
        let charge: String = job
            .step("charge", async |id| {
                self.db.execute("INSERT INTO charge (id, item) VALUES ($1, $2)", (&id, job.item)).await?;
                point(job, "inside step");
                Ok(id)
            })
            .await?;
        point(job, "behind step");
        if job.attempt() <= job.fails {
            return Err(Error::internal(format!("{left} left, charged by {charge}")));
        }
        if job.grace > 0 {
            job.sleep("grace", Duration::from_millis(job.grace)).await?;
        }
        let process = std::env::var("JOBS_TEST_PROCESS").unwrap_or_default();
        job.transact("sent", &self.db, async |tx| {
            tx.execute("INSERT INTO sent (item, process) VALUES ($1, $2)", (job.item, &process)).await?;
            point(job, "inside sent");
            Ok(())
        })
        .await?;
        point(job, "at the end");
        Ok(())
    }
}
