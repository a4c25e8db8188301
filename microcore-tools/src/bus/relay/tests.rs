//! The relay on a database of its own in SQLite, with a transport that the test slows down.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize};

use microcore_runtime::context::Context;
use microcore_runtime::error::Error;
use microcore_runtime::event::{OutboxListener, Transactional as _, wall_clock};
use microcore_runtime::lifecycle::Boot;
use microcore_runtime::manifest::{Manifest, PluginFacts};
use microcore_runtime::plugin::Identity;
use microcore_runtime::settings::{Environment, Settings as _};
use microcore_runtime::tool::Tool as _;

use super::*;
use crate::db::{Database, Sqlite};

type Db = Database<Sqlite>;

static PLUGINS: [PluginFacts; 1] = [PluginFacts {
    identity: Identity { domain: "test", plugin: "test", name: "test.test" },
    doc: "",
    is_guest: false,
    tools: &["db", "bus"],
    settings: &[],
    check_settings: |_, _| (),
    routes: &[],
    subscriptions: &[],
    replies: &[],
    publishes: &[],
    statements: &[],
    interceptors: &[],
    schedules: &[],
    jobs: &[],
    meters: None,
}];
static MANIFEST: Manifest = Manifest { name: "test", plugins: &PLUGINS, ..Manifest::EMPTY };

async fn database() -> Db {
    let environment = Environment::of([("", ""); 0]);
    let settings = crate::db::sqlite::SqliteSettings::load(&environment).unwrap();
    Db::setup(settings, &Boot::new(environment).of(&MANIFEST).in_test()).await.unwrap()
}

async fn keep(db: &Db, payloads: &[&str]) {
    let kept = db.transaction(async |tx| {
        for payload in payloads {
            let context = Context::event(Id::make(), "test.kept");
            let envelope = Envelope::new(&context, None, None, wall_clock());
            tx.keep(&envelope, payload, Arc::new(())).await?;
        }
        Ok::<(), Error>(())
    });
    kept.await.unwrap();
}

async fn count(db: &Db) -> i64 {
    db.query_scalar("SELECT count(*) FROM _microcore_outbox", ()).await.unwrap()
}

/// A transport that notes what it gets, after it has done what the test says.
struct Slow<F>(Arc<Mutex<Vec<String>>>, F);

impl<F: Fn(String) -> R + Send + Sync, R: Future<Output = Result<(), BusError>> + Send> HandOn for Slow<F> {
    async fn hand_on(&self, _: &Envelope, payload: &str) -> Result<(), BusError> {
        (self.1)(payload.to_owned()).await?;
        self.0.lock().unwrap().push(payload.to_owned());
        Ok(())
    }
}

fn lease(lease: Duration) -> Pace {
    Pace { lease, ..Pace::default() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_hand_over_keeps_its_lease_and_nothing_is_handed_on_twice() {
    let (db, got, others) = (database().await, Arc::default(), Arc::default());
    let time = Duration::from_millis(1500);
    keep(&db, &["1", "2"]).await;
    let mut second = HandOver::new(db.clone(), Slow(Arc::clone(&others), |_| async { Ok(()) }), lease(time));
    let (begun, over) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let slow = Slow(Arc::clone(&got), {
        let (begun, over) = (Arc::clone(&begun), Arc::clone(&over));
        move |_| {
            begun.store(true, Ordering::Release);
            let over = Arc::clone(&over);
            async move {
                while !over.load(Ordering::Acquire) {
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
                Ok(())
            }
        }
    });
    let mut first = HandOver::new(db.clone(), slow, lease(time));
    let first = tokio::spawn(async move { first.batch().await.unwrap() });
    while !begun.load(Ordering::Acquire) {
        tokio::task::yield_now().await;
    }
    // Another process looks for as long as two leases.
    let begun = Instant::now();
    while begun.elapsed() < time * 2 {
        assert_eq!(second.batch().await.unwrap(), Handed::ByOthers);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    over.store(true, Ordering::Release);
    assert_eq!(first.await.unwrap(), Handed::Some(2));
    assert_ne!(second.batch().await.unwrap(), Handed::Some(1));
    assert_eq!((got.lock().unwrap().join(" "), others.lock().unwrap().len()), ("1 2".to_owned(), 0));
    assert_eq!(count(&db).await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_lost_the_lease_hands_nothing_more_on_and_deletes_what_it_did() {
    let (db, got) = (database().await, Arc::default());
    let time = Duration::from_millis(150);
    keep(&db, &["1", "2", "3"]).await;
    let stolen = db.clone();
    let slow = Slow(Arc::clone(&got), move |_| {
        let db = stolen.clone();
        async move {
            // As another process does whose turn it is.
            db.execute("UPDATE _microcore_relay SET owner = 'other', beat = beat + 1", ()).await.unwrap();
            tokio::time::sleep(time * 2).await;
            Ok(())
        }
    });
    assert_eq!(HandOver::new(db.clone(), slow, lease(time)).batch().await.unwrap(), Handed::Some(1));
    assert_eq!(*got.lock().unwrap(), ["1"]);
    let left = db.query::<(String,)>("SELECT payload FROM _microcore_outbox ORDER BY kept", ()).await.unwrap();
    assert_eq!(left, [("2".to_owned(),), ("3".to_owned(),)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_stays_in_the_outbox_until_it_is_handed_on_and_an_error_is_tried_again_at_once() {
    let (db, got, counts) = (database().await, Arc::default(), Arc::new(Mutex::new(Vec::new())));
    keep(&db, &["1", "2"]).await;
    let tries = Arc::new(AtomicUsize::new(0));
    let (counted, noted) = (db.clone(), Arc::clone(&counts));
    let failing = Slow(Arc::clone(&got), move |_| {
        let (db, noted, attempt) = (counted.clone(), Arc::clone(&noted), tries.fetch_add(1, Ordering::Relaxed));
        async move {
            let there = count(&db).await;
            noted.lock().unwrap().push(there);
            if attempt == 1 { Err(BusError::NotOnline) } else { Ok(()) }
        }
    });
    let mut relay = HandOver::new(db.clone(), failing, Pace::default());
    relay.batch().await.unwrap_err();
    // The first is deleted, the second is not.
    assert_eq!(count(&db).await, 1);
    assert_eq!(relay.batch().await.unwrap(), Handed::Some(1));
    assert_eq!(count(&db).await, 0);
    assert_eq!(*got.lock().unwrap(), ["1", "2"]);
    assert_eq!(*counts.lock().unwrap(), [2, 2, 1]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_falls_silent_in_its_turn_is_taken_over_and_who_has_nothing_to_hand_on_passes_it() {
    let (db, got) = (database().await, Arc::default());
    keep(&db, &["1"]).await;
    db.execute("UPDATE _microcore_relay SET owner = 'dead', beat = 7", ()).await.unwrap();
    let time = Duration::from_millis(100);
    let mut relay = HandOver::new(db.clone(), Slow(Arc::clone(&got), |_| async { Ok(()) }), lease(time));
    let begun = Instant::now();
    while relay.batch().await.unwrap() == Handed::ByOthers {
        tokio::task::yield_now().await;
    }
    assert!(begun.elapsed() >= time, "it watched for a lease first");
    assert_eq!(*got.lock().unwrap(), ["1"]);
    assert_eq!(relay.batch().await.unwrap(), Handed::Nothing);
    let owner = "SELECT count(owner) FROM _microcore_relay";
    assert_eq!(db.query_scalar::<i64>(owner, ()).await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_handled_long_ago_is_forgotten_while_the_process_runs() {
    let (db, kept) = (database().await, Arc::new(Kept::default()));
    let pace = Pace { forget: Duration::from_millis(10), ..Pace::default() };
    let relay = HandOver::new(db.clone(), Slow(Arc::default(), |_| async { Ok(()) }), pace);
    let running = tokio::spawn({
        let kept = Arc::clone(&kept);
        async move { relay.run(&kept).await }
    });
    let fortnight = i64::try_from(MEMORY.as_millis()).unwrap();
    let now = i64::try_from(wall_clock()).unwrap();
    for _ in 0..3 {
        // More than one step takes along, and again each time.
        let rows = (0..2500).map(|number| (format!("old-{number}"), now - fortnight - 1000));
        let insert = "INSERT INTO _microcore_inbox (event, subscriber, handled) VALUES ($1, 'test', $2)";
        db.execute_many(insert, rows).await.unwrap();
        db.execute("INSERT INTO _microcore_inbox VALUES ('new', 'test', $1) ON CONFLICT DO NOTHING", (now,))
            .await
            .unwrap();
        let left = "SELECT count(*) FROM _microcore_inbox";
        while db.query_scalar::<i64>(left, ()).await.unwrap() > 1 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
    let left = db.query::<(String,)>("SELECT event FROM _microcore_inbox", ()).await.unwrap();
    assert_eq!(left, [("new".to_owned(),)]);
    kept.stop.cancel();
    running.await.unwrap();
}

/// A database that counts what it is asked.
struct Counted(Db, Arc<AtomicUsize>);

impl Outbox for Counted {
    fn listen(&self, listener: Arc<dyn OutboxListener>) {
        self.0.listen(listener);
    }

    async fn exists(&self) -> Result<bool> {
        self.1.fetch_add(1, Ordering::Relaxed);
        self.0.exists().await
    }

    async fn claim(&self, limit: u32, owner: &str, silent: Option<&(String, i64)>) -> Result<Turn> {
        self.1.fetch_add(1, Ordering::Relaxed);
        self.0.claim(limit, owner, silent).await
    }

    async fn renew(&self, owner: &str) -> Result<bool> {
        self.1.fetch_add(1, Ordering::Relaxed);
        self.0.renew(owner).await
    }

    async fn pass(&self, owner: &str) -> Result<()> {
        self.1.fetch_add(1, Ordering::Relaxed);
        self.0.pass(owner).await
    }

    async fn handed_on(&self, places: &[Place]) -> Result<()> {
        self.1.fetch_add(1, Ordering::Relaxed);
        self.0.handed_on(places).await
    }

    async fn set_aside(&self, place: &Place, why: &str) -> Result<()> {
        self.1.fetch_add(1, Ordering::Relaxed);
        self.0.set_aside(place, why).await
    }

    async fn forget(&self, age: Duration) -> Result<u64> {
        self.1.fetch_add(1, Ordering::Relaxed);
        self.0.forget(age).await
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn four_relays_without_work_ask_the_database_less_than_once_a_second() {
    let (db, asked, kept) = (database().await, Arc::new(AtomicUsize::new(0)), Arc::new(Kept::default()));
    let relays: Vec<_> = (0..4)
        .map(|_| {
            let counted = Counted(db.clone(), Arc::clone(&asked));
            let relay = HandOver::new(counted, Slow(Arc::default(), |_| async { Ok(()) }), Pace::default());
            let kept = Arc::clone(&kept);
            tokio::spawn(async move { relay.run(&kept).await })
        })
        .collect();
    // Each asks whether there are tables, forgets, and looks once.
    while asked.load(Ordering::Relaxed) < 12 {
        tokio::task::yield_now().await;
    }
    let (begun, before) = (Instant::now(), asked.load(Ordering::Relaxed));
    while begun.elapsed() < Duration::from_secs(10) {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let idle = asked.load(Ordering::Relaxed) - before;
    assert!(idle <= 10, "{idle} calls in ten seconds");
    kept.stop.cancel();
    for relay in relays {
        relay.await.unwrap();
    }
}
