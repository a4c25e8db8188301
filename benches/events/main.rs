//! The bus under load, each figure beside something real in the same run.
//!
//! - *tasks*: publish to two task subscribers until both have handled all, against `tokio::sync::broadcast` with two
//!   receivers and against spawning two tasks per event by hand. Neither of the two keeps envelopes, order, limits,
//!   causes or a trace: they are the floor.
//! - *durable*: `publish` on `DurableSqlite` with 64 publishers, whose commits are grouped, against one publisher, who
//!   waits for a commit each.
//! - *pending*: the resident memory while a process works on a million stored deliveries.
//! - *overload*: the resident memory while ten times as much is published as the subscriber handles.

#![allow(clippy::print_stdout, reason = "a bench prints what it measured")]
#![allow(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
#![allow(
    missing_docs,
    missing_debug_implementations,
    unreachable_pub,
    clippy::unused_self,
    reason = "the fixture is written as in an application"
)]

use std::hint::black_box;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use microcore::__private::{Application, Boot, Environment, Tool};
use microcore::prelude::Settings;
use microcore::tools::bus::{DurableSqlite, DurableSqliteSettings, EventBus};
use microcore_runtime::lifecycle::Connect;

use crate::domains::shop::events::{Flood, OrderPlaced};
use crate::prelude::Bus;

microcore::app! { root: "app" }

/// Filled in by the plugin that lends it.
static BUS: OnceLock<Bus> = OnceLock::new();
static HANDLED: AtomicU64 = AtomicU64::new(0);

/// What every handler does.
pub fn handle(id: i64) {
    black_box(id);
    HANDLED.fetch_add(1, Ordering::Relaxed);
}

fn order(id: i64) -> OrderPlaced {
    OrderPlaced { id, email: "ana@example.com".to_owned() }
}

fn main() {
    // `cargo test` runs every bench once, without asking for figures.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("nothing is in the way");
    let manifest = const { &App::MANIFEST };
    runtime.block_on(async {
        let environment = Environment::of([("LOG_LEVEL", "error")]);
        let app = App::boot(Boot::new(environment).of(manifest)).await.expect("nothing is needed");
        tasks().await;
        durable(app).await;
        pending(app).await;
        overload().await;
    });
}

/// The best of five, in nanoseconds per event.
async fn best<F: Future<Output = ()>>(events: i64, run: impl Fn() -> F) -> f64 {
    let mut best = f64::MAX;
    for _ in 0..5 {
        let started = Instant::now();
        run().await;
        best = best.min(started.elapsed().as_nanos() as f64 / events as f64);
    }
    best
}

/// Waits until so many more are handled.
async fn handled(until: u64) {
    while HANDLED.load(Ordering::Relaxed) < until {
        tokio::task::yield_now().await;
    }
}

async fn tasks() {
    const EVENTS: i64 = 20_000;
    let expected = || HANDLED.load(Ordering::Relaxed) + 2 * EVENTS.unsigned_abs();
    let bus = BUS.get().expect("the application is booted");
    let published = best(EVENTS, || async {
        let until = expected();
        for id in 0..EVENTS {
            bus.publish(order(id)).await.expect("there is room in time");
        }
        handled(until).await;
    });
    let published = published.await;
    let spawned = best(EVENTS, || async {
        let until = expected();
        for id in 0..EVENTS {
            let event = std::sync::Arc::new(order(id));
            for _ in 0..2 {
                let event = std::sync::Arc::clone(&event);
                tokio::spawn(async move { handle(event.id) });
            }
        }
        handled(until).await;
    });
    let spawned = spawned.await;
    let broadcast = best(EVENTS, || async {
        let until = expected();
        let (sender, _) = tokio::sync::broadcast::channel::<std::sync::Arc<OrderPlaced>>(32_768);
        for _ in 0..2 {
            let mut receiver = sender.subscribe();
            tokio::spawn(async move {
                while let Ok(event) = receiver.recv().await {
                    handle(event.id);
                }
            });
        }
        for id in 0..EVENTS {
            sender.send(std::sync::Arc::new(order(id))).expect("two receive");
        }
        handled(until).await;
    });
    let broadcast = broadcast.await;
    println!("| two task subscribers | ns per event | against spawning | against broadcast |");
    println!("|---|--:|--:|--:|");
    for (name, time) in [("publish", published), ("spawning by hand", spawned), ("tokio broadcast", broadcast)] {
        println!("| {name} | {time:.0} | {:.2} | {:.2} |", time / spawned, time / broadcast);
    }
}

async fn durable(app: &'static App) {
    let folder = tempfile::tempdir().expect("a folder in the place for temporary ones");
    let bus = stored_bus(&folder.path().join("bus.db")).await;
    bus.connect(app);
    let rate = async |publishers: i64, each: i64| {
        let started = Instant::now();
        let tasks: Vec<_> = (0..publishers)
            .map(|publisher| {
                let bus = bus.clone();
                tokio::spawn(async move {
                    for id in 0..each {
                        bus.publish(order(publisher * each + id)).await.expect("the disk is there");
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.expect("it does not panic");
        }
        let rate = (publishers * each) as f64 / started.elapsed().as_secs_f64();
        bus.settled().await;
        rate
    };
    let alone = rate(1, 500).await;
    let grouped = rate(64, 200).await;
    println!("\n| durable publish, two subscribers | events per second | against one at a time | against 1,100 |");
    println!("|---|--:|--:|--:|");
    for (name, rate) in [("one at a time", alone), ("64 publishers, grouped", grouped)] {
        println!("| {name} | {rate:.0} | {:.1} | {:.1} |", rate / alone, rate / 1100.0);
    }
    bus.drain(Duration::from_secs(5)).await;
    Tool::shutdown(&bus).await.expect("the file can be closed");
}

/// A file with a million deliveries that are due, and a process that begins to work on them.
async fn pending(app: &'static App) {
    const PENDING: u32 = 1_000_000;
    let folder = tempfile::tempdir().expect("a folder in the place for temporary ones");
    let path = folder.path().join("bus.db");
    let bus = stored_bus(&path).await;
    let store = rusqlite::Connection::open(&path).expect("the file is there");
    store.busy_timeout(Duration::from_secs(60)).expect("a number");
    let fill = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
        INSERT INTO bus_delivery (event, subscriber, envelope, payload, state, entered, due)
        SELECT 'order.placed', 'shop.first.count', ?2, ?3, 'PUBLISHED', i, 0 FROM n";
    let envelope = r#"{"id":"old-1","event":"order.placed","time":1,"origin":"old-1"}"#;
    let payload = r#"{"id":1,"email":"ana@example.com"}"#;
    store.execute(fill, rusqlite::params![PENDING, envelope, payload]).expect("there is room on the disk");
    drop(store);
    let (before, already) = (resident(), HANDLED.load(Ordering::Relaxed));
    bus.connect(app);
    let (started, mut most) = (Instant::now(), before);
    while started.elapsed() < Duration::from_secs(10) {
        tokio::time::sleep(Duration::from_millis(50)).await;
        most = most.max(resident());
    }
    let done = HANDLED.load(Ordering::Relaxed) - already;
    bus.drain(Duration::from_secs(5)).await;
    Tool::shutdown(&bus).await.expect("the file can be closed");
    println!("\n| deliveries pending | handled in 10 s | resident memory before, KiB | the most meanwhile, KiB |");
    println!("|--:|--:|--:|--:|");
    println!("| {PENDING} | {done} | {before} | {most} |");
}

/// A bus on a file.
async fn stored_bus(path: &std::path::Path) -> EventBus<App, DurableSqlite> {
    let environment = Environment::of([("BUS_PATH", path.display().to_string())]);
    let boot = Boot::new(environment).of(const { &App::MANIFEST });
    let settings = DurableSqliteSettings::load(&boot.environment).expect("they are right");
    EventBus::<App, DurableSqlite>::setup(settings, &boot).await.expect("the file can be made")
}

async fn overload() {
    let bus = BUS.get().expect("the application is booted");
    println!("\n| published against handled | resident memory, KiB |");
    println!("|---|--:|");
    println!("| before | {} |", resident());
    for times in [1, 10] {
        for _ in 0..times * 4_000 {
            bus.publish(Flood { weight: "x".repeat(1024) }).await.expect("there is room in time");
        }
        println!("| after {} events of 1 KiB | {} |", times * 4_000, resident());
    }
    bus.settled().await;
}

/// `VmRSS` of this process; 0 where the system does not tell.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or_default()
}
