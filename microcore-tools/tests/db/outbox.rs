//! The tables of the outbox and the inbox on every backend: who makes them, and whose the events in them are.

use std::sync::Arc;

use futures_util::future::join_all;
use microcore_runtime::context::{Context, Id};
use microcore_runtime::database::{Migrated, Progress};
use microcore_runtime::error::Error;
use microcore_runtime::event::{Envelope, Outbox, Outgoing, Place, Transactional, Turn, wall_clock};
use microcore_runtime::lifecycle::Boot;
use microcore_runtime::manifest::{Manifest, PluginFacts};
use microcore_runtime::plugin::Identity;
use microcore_runtime::settings::{Environment, Settings};
use microcore_runtime::tool::Tool;
use microcore_tools::db::{Backend, Database, Postgres};

use crate::fixture::{Home, postgres_home};

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

fn boot(environment: Environment) -> Boot {
    Boot::new(environment).of(&MANIFEST)
}

async fn open<B: Backend>(home: &Home<B>, auto_migrate: &str) -> Database<B> {
    let (environment, settings) = home.settings(auto_migrate);
    Database::setup(settings, &boot(environment)).await.unwrap()
}

async fn keep<B: Backend>(db: &Database<B>, payload: &str) -> Result<bool, Error> {
    let envelope = Envelope::new(&Context::event(Id::make(), "test.kept"), None, None, wall_clock());
    db.transaction(async |tx| {
        tx.keep(&envelope, payload, Arc::new(())).await?;
        tx.first_time(payload, "test").await
    })
    .await
}

fn payloads(outgoing: &[Outgoing]) -> Vec<&str> {
    outgoing.iter().map(|outgoing| outgoing.payload.as_str()).collect()
}

/// What an owner gets whose turn it must be.
async fn mine<B: Backend>(db: &Database<B>, limit: u32, owner: &str) -> Vec<Outgoing> {
    match db.claim(limit, owner, None).await.unwrap() {
        Turn::Mine(outgoing) => outgoing,
        Turn::Nothing => Vec::new(),
        Turn::Others(other, _) => panic!("it is the turn of {other}"),
    }
}

async fn two_events_of_one_number_are_told_apart<B: Backend>(home: Home<B>) {
    let db = open(&home, "true").await;
    for payload in ["one", "two"] {
        keep(&db, payload).await.unwrap();
    }
    // As two processes number them within one millisecond.
    db.execute("UPDATE _microcore_outbox SET kept = 7", ()).await.unwrap();
    let claimed = mine(&db, 10, "a").await;
    let first: Place = claimed[0].place.clone();
    assert_eq!((claimed.len(), first.number, claimed[1].place.number), (2, 7, 7));
    db.set_aside(&first, "torn").await.unwrap();
    assert_eq!(payloads(&mine(&db, 10, "a").await), [claimed[1].payload.as_str()]);
    db.handed_on(&[first]).await.unwrap();
    assert_eq!(payloads(&mine(&db, 10, "a").await), [claimed[1].payload.as_str()]);
}

async fn one_process_at_a_time_has_the_turn_until_it_passes_it_or_falls_silent<B: Backend>(home: Home<B>) {
    let db = open(&home, "true").await;
    assert!(matches!(db.claim(10, "a", None).await.unwrap(), Turn::Nothing));
    for payload in ["one", "two"] {
        keep(&db, payload).await.unwrap();
    }
    assert_eq!(payloads(&mine(&db, 1, "a").await), ["one"]);
    // One process at a time: the order is kept.
    let Turn::Others(name, beat) = db.claim(10, "b", None).await.unwrap() else { panic!("it is the turn of a") };
    assert_eq!(name, "a");
    assert!(db.renew("a").await.unwrap() && !db.renew("b").await.unwrap());
    // Who has given a sign of life since is not silent.
    let seen = (name, beat);
    assert!(matches!(db.claim(10, "b", Some(&seen)).await.unwrap(), Turn::Others(_, later) if later > beat));
    assert_eq!(payloads(&mine(&db, 10, "a").await), ["one", "two"]);
    let Turn::Others(name, beat) = db.claim(10, "b", None).await.unwrap() else { panic!("it is the turn of a") };
    let Turn::Mine(taken) = db.claim(10, "b", Some(&(name, beat))).await.unwrap() else { panic!("a is silent") };
    assert_eq!(payloads(&taken), ["one", "two"]);
    assert!(!db.renew("a").await.unwrap());
    // Who lost the turn has nothing to pass, and deletes what it handed on, whoever has the turn by now.
    db.pass("a").await.unwrap();
    assert!(matches!(db.claim(10, "c", None).await.unwrap(), Turn::Others(name, _) if name == "b"));
    db.handed_on(&[taken[0].place.clone()]).await.unwrap();
    db.pass("b").await.unwrap();
    assert_eq!(payloads(&mine(&db, 10, "c").await), ["two"]);
}

async fn of_many_that_take_the_turn_at_once_one_gets_it<B: Backend>(home: Home<B>) {
    let db = open(&home, "true").await;
    let others = join_all((0..4).map(|_| open(&home, "true"))).await;
    for round in 0..10 {
        keep(&db, &round.to_string()).await.unwrap();
        let claims = others.iter().enumerate().map(async |(number, other)| {
            let owner = format!("{round} {number}");
            let turn = other.claim(10, &owner, None).await.unwrap();
            matches!(turn, Turn::Mine(_)).then_some(owner)
        });
        let turns: Vec<_> = join_all(claims).await.into_iter().flatten().collect();
        assert_eq!(turns.len(), 1, "{turns:?}");
        db.pass(&turns[0]).await.unwrap();
    }
}

async fn what_was_set_aside_is_a_dead_letter_that_is_handed_on_again_or_deleted<B: Backend>(home: Home<B>) {
    let db = open(&home, "true").await;
    for payload in ["one", "two"] {
        keep(&db, payload).await.unwrap();
    }
    for outgoing in mine(&db, 10, "a").await {
        db.set_aside(&outgoing.place, "torn").await.unwrap();
    }
    let administered = async |number, again| {
        let (environment, settings) = home.settings("true");
        Database::<B>::settle_outbox_letter(settings, &boot(environment), number, again).await.unwrap()
    };
    let (environment, settings) = home.settings("true");
    let letters = Database::<B>::outbox_letters(settings, &boot(environment)).await.unwrap();
    let told: Vec<_> = letters.iter().map(|letter| (letter.payload.as_str(), letter.error.as_str())).collect();
    assert_eq!(told, [("one", "torn"), ("two", "torn")]);
    assert!(matches!(db.claim(10, "a", None).await.unwrap(), Turn::Nothing), "nothing waits for them");
    assert!(administered(letters[0].id, true).await && administered(letters[1].id, false).await);
    assert!(!administered(letters[1].id, false).await, "it is deleted");
    assert_eq!(payloads(&mine(&db, 10, "a").await), ["one"]);
}

async fn the_command_makes_the_tables_where_a_boot_may_not<B: Backend>(home: Home<B>) {
    let db = open(&home, "false").await;
    assert!(!db.exists().await.unwrap());
    let error = keep(&db, "early").await.unwrap_err().to_string();
    assert!(error.contains("`_microcore_outbox` can't be used, and the command `migrate` makes it"), "{error}");
    let (environment, settings) = home.settings("false");
    let applied = Database::<B>::migrate(settings, &boot(environment), Progress::default()).await.unwrap();
    // They are nobody's migration, and no table of the application.
    assert!(applied.is_empty());
    assert!(keep(&db, "late").await.unwrap());
    assert!(!keep(&db, "late").await.unwrap());
    assert!(db.exists().await.unwrap());
    assert!(db.describe_schema().await.unwrap().iter().all(microcore_runtime::manifest::TableFacts::is_internal));
}

async fn many_that_begin_at_once_keep_their_first_events<B: Backend>(home: Home<B>) {
    let all = join_all((0..6).map(|_| open(&home, "true"))).await;
    let kept = join_all(all.iter().enumerate().map(async |(number, db)| keep(db, &number.to_string()).await)).await;
    for first in kept {
        assert!(first.unwrap());
    }
    assert_eq!(all[0].query_scalar::<i64>("SELECT count(*) FROM _microcore_outbox", ()).await.unwrap(), 6);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_login_that_may_make_no_tables_keeps_events_in_those_that_are_there() {
    let Some(home) = postgres_home().await else { return };
    let owner = open(&home, "false").await;
    for sql in ["CREATE ROLE clerk LOGIN", "REVOKE CREATE ON SCHEMA public FROM PUBLIC"] {
        owner.execute(sql, ()).await.unwrap();
    }
    let url = home.settings("true").0.get("PG_URL").unwrap().replace("postgres://postgres@", "postgres://clerk@");
    let environment = Environment::of([("PG_URL", url)]);
    let clerk = async || {
        let settings = <Postgres as Backend>::Settings::load(&environment).unwrap();
        Database::<Postgres>::setup(settings, &boot(environment.clone())).await.unwrap()
    };
    // It serves; who keeps an event is told what to do.
    let early = keep(&clerk().await, "early").await.unwrap_err().to_string();
    assert!(early.contains("the command `migrate` makes it"), "{early}");
    open(&home, "true").await;
    let grant = "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO clerk";
    owner.execute(grant, ()).await.unwrap();
    let db = clerk().await;
    assert!(keep(&db, "kept").await.unwrap());
    assert_eq!(payloads(&mine(&db, 10, "a").await), ["kept"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_waits_for_the_turn_while_another_takes_it_gets_nothing_of_what_comes_meanwhile() {
    let Some(home) = postgres_home().await else { return };
    let db = open(&home, "true").await;
    for payload in ["one", "two"] {
        keep(&db, payload).await.unwrap();
    }
    // The other's claim has begun and is not committed yet.
    let (begun, begins) = tokio::sync::oneshot::channel();
    let (go, goes) = tokio::sync::oneshot::channel::<()>();
    let other = db.clone();
    let other = tokio::spawn(async move {
        let taken = other.transaction(async |tx| {
            tx.execute("UPDATE _microcore_relay SET owner = 'a', beat = beat + 1", ()).await?;
            begun.send(()).unwrap();
            goes.await.unwrap();
            Ok::<(), Error>(())
        });
        taken.await.unwrap();
    });
    begins.await.unwrap();
    let waits = tokio::spawn({
        let db = db.clone();
        async move { db.claim(10, "b", None).await.unwrap() }
    });
    let blocked = "SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%_microcore_relay%'";
    while db.query_scalar::<i64>(blocked, ()).await.unwrap() == 0 {
        tokio::task::yield_now().await;
    }
    keep(&db, "three").await.unwrap();
    go.send(()).unwrap();
    other.await.unwrap();
    assert!(matches!(waits.await.unwrap(), Turn::Others(name, _) if name == "a"));
    assert_eq!(payloads(&mine(&db, 10, "a").await), ["one", "two", "three"]);
}

/// Mounts one test per case and backend.
macro_rules! mount {
    ($($case:ident)+) => {
        mount!(sqlite sqlite_home: $($case)+);
        mount!(postgres postgres_home: $($case)+);
    };
    ($backend:ident $home:ident: $($case:ident)+) => {
        mod $backend {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $case() {
                    let Some(home) = crate::fixture::$home().await else { return };
                    super::$case(home).await;
                }
            )+
        }
    };
}

mount! {
    two_events_of_one_number_are_told_apart
    one_process_at_a_time_has_the_turn_until_it_passes_it_or_falls_silent
    of_many_that_take_the_turn_at_once_one_gets_it
    what_was_set_aside_is_a_dead_letter_that_is_handed_on_again_or_deleted
    the_command_makes_the_tables_where_a_boot_may_not
    many_that_begin_at_once_keep_their_first_events
}
