//! What processes cost that have nothing to do: four of them on one file, with fifty subscribers each.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use microcore_runtime::context::{Context, Id};
use microcore_runtime::event::{Envelope, Retry, Subscriber, wall_clock};
use microcore_runtime::settings::{Environment, Settings as _};

use super::DurableSqliteSettings;
use super::model::WORKER;
use super::store::SqliteQueue;
use crate::bus::stored::Queue as _;

const IDLE: Duration = Duration::from_secs(10);

fn subscribers() -> Vec<&'static Subscriber> {
    let make = |number: usize| {
        let name: &'static str = format!("yard.worker.run_{number}").leak();
        let subscriber = Subscriber {
            number,
            name,
            plugin: WORKER.plugin,
            event: WORKER.event,
            retry: Retry::new(0, 0),
            inline: false,
            broadcast: false,
            meter: WORKER.meter,
        };
        &*Box::leak(Box::new(subscriber))
    };
    (0..50).map(make).collect()
}

fn envelope(delay: Option<u64>) -> Envelope {
    let mut envelope = Envelope::new(&Context::event(Id::make(), WORKER.event), None, None, wall_clock());
    envelope.due = delay.map(|delay| envelope.time + delay);
    envelope
}

/// What the pump does, until it is time; gives the payloads that were claimed, and when.
async fn pump(queue: Arc<SqliteQueue>, of: Vec<&'static Subscriber>, end: Instant) -> Vec<(String, Instant)> {
    let (mut looked, mut claimed) = (None::<Instant>, Vec::new());
    while Instant::now() < end {
        queue.stirs().await;
        if looked.is_none_or(|looked| looked.elapsed() >= queue.lease() / 3) {
            looked = Some(Instant::now());
            queue.inherit().await.unwrap();
        }
        let (more, asked) = queue.claim(of.iter().map(|of| (*of, 64)).collect()).await;
        asked.unwrap();
        claimed.extend(more.into_iter().map(|claimed| (claimed.payload, Instant::now())));
        queue.heard().await.unwrap();
    }
    claimed
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn four_processes_without_work_ask_the_file_less_than_once_a_second_and_write_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bus.db");
    let environment = Environment::of([("BUS_PATH", path.display().to_string())]);
    let mut queues = Vec::new();
    for _ in 0..4 {
        let settings = DurableSqliteSettings::load(&environment).unwrap();
        queues.push(Arc::new(SqliteQueue::open(settings, true).await.unwrap()));
    }
    // A subscriber that is paused, or gone, has something waiting.
    queues[0].enqueue(&envelope(None), "waits", &[&WORKER], false).await.unwrap();
    let of = subscribers();
    let run = |end: Instant| -> Vec<_> {
        queues.iter().map(|queue| tokio::spawn(pump(Arc::clone(queue), of.clone(), end))).collect()
    };
    // What begins has its first looks.
    for running in run(Instant::now() + Duration::from_secs(1)) {
        assert!(running.await.unwrap().is_empty());
    }
    let outside = rusqlite::Connection::open(&path).unwrap();
    let version = || outside.query_row("PRAGMA data_version", [], |row| row.get::<_, i64>(0)).unwrap();
    let calls = || queues.iter().map(|queue| queue.calls.load(Ordering::Relaxed)).sum::<u64>();
    let before = (version(), calls());
    for running in run(Instant::now() + IDLE) {
        assert!(running.await.unwrap().is_empty());
    }
    assert_eq!(version(), before.0, "nothing is written");
    let asked = calls() - before.1;
    assert!(asked <= IDLE.as_secs(), "{asked} calls in {IDLE:?}");

    // Whoever publishes, the others are told, and what is delayed is on time, though nobody polls for it.
    let running = run(Instant::now() + Duration::from_secs(3));
    let published = Instant::now();
    queues[1].enqueue(&envelope(None), "now", &[of[0]], false).await.unwrap();
    queues[2].enqueue(&envelope(Some(1_500)), "later", &[of[1]], false).await.unwrap();
    let mut claimed = Vec::new();
    for running in running {
        claimed.extend(running.await.unwrap());
    }
    claimed.sort_by_key(|(_, at)| *at);
    let payloads: Vec<_> = claimed.iter().map(|(payload, _)| payload.as_str()).collect();
    assert_eq!(payloads, ["now", "later"]);
    assert!(claimed[1].1 - published >= Duration::from_millis(1_499), "{:?}", claimed[1].1 - published);
    for queue in queues {
        queue.close().await;
    }
}
