//! `graphile_worker`, with its local queue.

use std::sync::Arc;
use std::time::{Duration, Instant};

use graphile_worker::{
    IntoTaskHandlerResult, JobSpec, LocalQueueConfig, RawJobSpec, TaskHandler, WorkerContext, WorkerOptions,
};
use sqlx::postgres::PgPoolOptions;

use crate::figures::{EACH, STOCK, TASKS, handled, median, pings, rate, until};

#[derive(serde::Serialize, serde::Deserialize)]
struct Work {
    number: u64,
}

impl TaskHandler for Work {
    const IDENTIFIER: &'static str = "work";

    async fn run(self, _: WorkerContext) -> impl IntoTaskHandlerResult {
        handled();
        Ok::<(), String>(())
    }
}

pub async fn run(url: &str) {
    let pool = PgPoolOptions::new().max_connections(64).connect(url).await.unwrap();
    let options = WorkerOptions::default()
        .pg_pool(pool.clone())
        .schema("graphile_worker")
        .concurrency(64)
        .poll_interval(Duration::from_secs(1))
        .local_queue(LocalQueueConfig::default().with_size(500));
    let worker = Arc::new(options.define_job::<Work>().init().await.unwrap());
    let utils = Arc::new(worker.create_utils());
    let begun = Instant::now();
    let tasks = (0..TASKS).map(|_| {
        let utils = Arc::clone(&utils);
        tokio::spawn(async move {
            for number in 0..EACH {
                utils.add_job(Work { number }, JobSpec::default()).await.unwrap();
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
    rate("enqueue", TASKS * EACH, begun.elapsed());
    let jobs: Vec<RawJobSpec> = (0..STOCK)
        .map(|number| RawJobSpec {
            identifier: "work".to_owned(),
            payload: serde_json::json!({ "number": number }),
            spec: JobSpec::default(),
        })
        .collect();
    for part in jobs.chunks(1_000) {
        utils.add_raw_jobs(part).await.unwrap();
    }
    let begun = Instant::now();
    let running = Arc::clone(&worker);
    tokio::spawn(async move { running.run().await });
    until(STOCK + TASKS * EACH).await;
    rate("worked", STOCK + TASKS * EACH, begun.elapsed());
    let times = pings(|| async {
        utils.add_job(Work { number: 0 }, JobSpec::default()).await.unwrap();
    });
    median("start", times.await);
    std::process::exit(0);
}
