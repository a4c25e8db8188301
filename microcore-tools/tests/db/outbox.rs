//! The tables of the outbox and the inbox on every backend: who makes them, and whose the events in them are.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use microcore_runtime::context::{Context, Id};
use microcore_runtime::database::{Migrated, Progress};
use microcore_runtime::error::Error;
use microcore_runtime::event::{Envelope, Outbox, Outgoing, Place, Transactional, wall_clock};
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
    tools: &["db", "bus"],
    settings: &[],
    check_settings: |_, _| (),
    routes: &[],
    subscriptions: &[],
    replies: &[],
    publishes: &[],
    statements: &[],
    interceptors: &[],
}];
static MANIFEST: Manifest = Manifest { name: "test", plugins: &PLUGINS, ..Manifest::EMPTY };

const LONG: Duration = Duration::from_mins(1);

fn boot(environment: Environment) -> Boot {
    Boot { environment, manifest: &MANIFEST, test: false }
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

async fn two_events_of_one_number_are_told_apart<B: Backend>(home: Home<B>) {
    let db = open(&home, "true").await;
    for payload in ["one", "two"] {
        keep(&db, payload).await.unwrap();
    }
    // As two processes number them within one millisecond.
    db.execute("UPDATE _microcore_outbox SET kept = 7", ()).await.unwrap();
    let claimed = db.claim(10, "a", LONG).await.unwrap();
    let first: Place = claimed[0].place.clone();
    assert_eq!((claimed.len(), first.number, claimed[1].place.number), (2, 7, 7));
    db.set_aside(&first, "torn").await.unwrap();
    assert_eq!(payloads(&db.claim(10, "a", LONG).await.unwrap()), [claimed[1].payload.as_str()]);
    db.handed_on(&[first]).await.unwrap();
    assert_eq!(payloads(&db.claim(10, "a", LONG).await.unwrap()), [claimed[1].payload.as_str()]);
}

async fn a_claim_is_renewed_by_its_owner_and_taken_over_when_its_lease_is_over<B: Backend>(home: Home<B>) {
    let db = open(&home, "true").await;
    for payload in ["one", "two"] {
        keep(&db, payload).await.unwrap();
    }
    assert_eq!(payloads(&db.claim(1, "a", LONG).await.unwrap()), ["one"]);
    // One process at a time: the order is kept.
    assert!(db.claim(10, "b", LONG).await.unwrap().is_empty());
    assert_eq!((db.renew("a", LONG).await.unwrap(), db.renew("b", LONG).await.unwrap()), (1, 0));
    assert_eq!(payloads(&db.claim(10, "a", LONG).await.unwrap()), ["one", "two"]);
    // The lease is over by the database's own clock.
    db.renew("a", Duration::ZERO).await.unwrap();
    loop {
        let taken = db.claim(10, "b", LONG).await.unwrap();
        if !taken.is_empty() {
            assert_eq!(payloads(&taken), ["one", "two"]);
            break;
        }
    }
    assert_eq!(db.renew("a", LONG).await.unwrap(), 0);
    // Who handed one on deletes it, whoever has it by now.
    let places: Vec<_> = db.claim(10, "b", LONG).await.unwrap().into_iter().map(|outgoing| outgoing.place).collect();
    db.handed_on(&places).await.unwrap();
    assert!(db.claim(10, "b", LONG).await.unwrap().is_empty());
}

async fn the_command_makes_the_tables_where_a_boot_may_not<B: Backend>(home: Home<B>) {
    let db = open(&home, "false").await;
    assert!(!db.exists().await.unwrap());
    let error = keep(&db, "early").await.unwrap_err().chain();
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
    let early = keep(&clerk().await, "early").await.unwrap_err().chain();
    assert!(early.contains("the command `migrate` makes it"), "{early}");
    open(&home, "true").await;
    let grant = "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO clerk";
    owner.execute(grant, ()).await.unwrap();
    let db = clerk().await;
    assert!(keep(&db, "kept").await.unwrap());
    assert_eq!(payloads(&db.claim(10, "a", LONG).await.unwrap()), ["kept"]);
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
    a_claim_is_renewed_by_its_owner_and_taken_over_when_its_lease_is_over
    the_command_makes_the_tables_where_a_boot_may_not
    many_that_begin_at_once_keep_their_first_events
}
