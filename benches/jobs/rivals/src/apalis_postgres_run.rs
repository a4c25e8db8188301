//! `apalis-postgres`, woken by the database.

use std::time::{Duration, Instant};

use apalis::prelude::*;
use apalis_postgres::{Config, PostgresStorage};
use sqlx::postgres::PgPoolOptions;

use crate::figures::{EACH, STOCK, TASKS, handled, median, pings, rate, until};

async fn work(_: u64) -> Result<(), BoxDynError> {
    handled();
    Ok(())
}

pub async fn run(url: &str) {
    let pool = PgPoolOptions::new().max_connections(64).connect(url).await.unwrap();
    PostgresStorage::setup(&pool).await.unwrap();
    let config = || Config::default().queue("work").batch_size(100);
    let begun = Instant::now();
    let tasks = (0..TASKS).map(|_| {
        let mut storage = PostgresStorage::<u64>::new(&pool).with_config(config());
        tokio::spawn(async move {
            for number in 0..EACH {
                storage.push(number).await.unwrap();
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
    rate("enqueue", TASKS * EACH, begun.elapsed());
    let mut storage = PostgresStorage::<u64>::new(&pool).with_config(config());
    for part in (0..STOCK).collect::<Vec<_>>().chunks(1_000) {
        storage.push_bulk(part.to_vec()).await.unwrap();
    }
    let backend = PostgresStorage::<u64>::new(&pool)
        .with_config(config())
        .with_pubsub()
        .poll_with_interval(Duration::from_millis(100));
    let begun = Instant::now();
    let worker = WorkerBuilder::new("worker").backend(backend).concurrency(64).parallelize(tokio::spawn).build(work);
    let measured = async {
        until(STOCK + TASKS * EACH).await;
        rate("worked", STOCK + TASKS * EACH, begun.elapsed());
        let times = pings(|| {
            let mut storage = storage.clone();
            async move { storage.push(0).await.unwrap() }
        });
        median("start", times.await);
    };
    tokio::select! {
        ended = worker.run() => panic!("the worker has ended: {ended:?}"),
        () = measured => {}
    }
    std::process::exit(0);
}
