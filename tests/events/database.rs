//! What only a PostgreSQL database can show: what is in its tables, processes that wake each other, a server that is
//! killed, a pooler in front of it, and what an idle application asks.

use std::time::{Duration, Instant};

use microcore::prelude::PublishOptions;
use microcore::tools::bus::BusError;

use crate::battery::stage::{Stage, until, until_async};
use crate::bouncer::Bouncer;
use crate::cluster::Cluster;
use crate::domains::yard::events::{Bell, Siren, Task};
use crate::mount;

/// What `psql` says, asked without the application.
fn ask(test: &str, sql: &str) -> String {
    let url = mount::url(test).expect("the stage has a server");
    let said = std::process::Command::new("psql").args([&url, "-qAt", "-c", sql]).output().unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    String::from_utf8(said.stdout).unwrap().trim().to_owned()
}

fn job(name: impl Into<String>, fails: u32) -> Task {
    Task { name: name.into(), fails, takes: 0 }
}

/// Where the command finds its database.
static URL: std::sync::OnceLock<String> = std::sync::OnceLock::new();

#[test]
fn the_command_migrate_makes_the_tables_of_the_bus_too() {
    let Some(url) = mount::url("migrated") else { return };
    URL.set(url).unwrap();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let environment = || Ok(microcore::settings::Environment::of([("PG_URL", URL.get().unwrap().clone())]));
    let surroundings =
        microcore_runtime::commands::Surroundings { folder: ".".into(), environment, out: &mut out, err: &mut err };
    let code = microcore_runtime::commands::run::<crate::App, _>(["yard", "migrate"], surroundings);
    assert!(code == microcore_runtime::commands::Exit::Done.into(), "{}", String::from_utf8_lossy(&err));
    assert_eq!(ask("migrated", "SELECT to_regclass('_microcore_delivery') IS NOT NULL"), "t");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_left_in_the_table_of_what_was_handled() {
    let Some(stage) = Stage::boot("left").await else { return };
    for number in 0..40 {
        let key = PublishOptions::new().key(format!("{}", number % 3));
        stage.bus.publish_with(job(format!("{number}"), number % 2), key).await.unwrap();
    }
    stage.bus.settled().await;
    assert_eq!(stage.page.all("done").len(), 40);
    assert_eq!(ask("left", "SELECT count(*) FROM _microcore_delivery"), "0");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_has_nothing_to_do_is_woken_by_the_commit_of_another_one() {
    // Nobody looks: what is not told is not found within this test.
    let alone = [("BUS_POLL", "1h"), ("BUS_CONCURRENCY", "1")];
    let Some(first) = Stage::boot_with("woken", &alone).await else { return };
    let url = mount::url("woken").unwrap();
    let shared = [("PG_URL", url.as_str()), ("BUS_URL", &url), ("BUS_POLL", "1h"), ("BUS_CONCURRENCY", "1")];
    let Some(second) = Stage::boot_with("woken_two", &shared).await else { return };
    // Whoever is asked first is busy with it; the other one has to hear of the rest.
    for number in 0..20 {
        first.bus.publish(Task { name: format!("{number}"), fails: 0, takes: 20 }).await.unwrap();
    }
    first.bus.publish(Bell { number: 7 }).await.unwrap();
    assert_eq!(second.lines("bell", 1).await, ["7"]);
    until("both to have worked", || !first.page.all("done").is_empty() && !second.page.all("done").is_empty()).await;
    first.bus.settled().await;
    assert_eq!(first.page.all("done").len() + second.page.all("done").len(), 20);
    first.stop().await;
    second.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_killed_and_comes_back_loses_nothing_that_was_accepted() {
    let Some(mut server) = Cluster::start() else { return };
    let url = server.url();
    let settings = [("BUS_URL", url.as_str()), ("PG_URL", url.as_str()), ("BUS_LEASE", "500ms")];
    let Some(stage) = Stage::boot_with("killed", &settings).await else { return };
    let (mut accepted, mut refused) = (Vec::new(), 0);
    for round in 0..3 {
        for number in 0..20 {
            let name = format!("{round}-{number}");
            match stage.bus.publish(Task { name: name.clone(), fails: 0, takes: 5 }).await {
                Ok(()) => accepted.push(name),
                Err(error) => {
                    assert!(matches!(error, BusError::Unavailable(_)), "{error}");
                    refused += 1;
                }
            }
        }
        server.kill();
        let gone = stage.bus.publish(job("gone", 0)).await;
        assert!(matches!(gone, Err(BusError::Unavailable(_))), "{gone:?}");
        assert!(microcore::__private::Tool::health_check(&stage.bus).await.is_err());
        server.restart();
    }
    assert!(accepted.len() > 30, "{} accepted, {refused} refused", accepted.len());
    until("all to be handled", || {
        let done = stage.page.all("done");
        accepted.iter().all(|name| done.contains(name))
    })
    .await;
    until_async("nothing to be left", || async {
        stage.bus.status().await.is_ok_and(|all| all.iter().all(|status| status.lag + status.in_flight == 0))
    })
    .await;
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_pooler_of_transactions_processes_find_each_others_events_by_looking() {
    if mount::url("pooled").is_none() {
        return;
    }
    let Some(bouncer) = Bouncer::start("transaction", 3) else { return };
    let url = bouncer.url("of_pooled");
    let through = [
        ("PG_URL", url.as_str()),
        ("BUS_URL", url.as_str()),
        ("PG_POOLER", "transaction"),
        ("BUS_POLL", "20ms"),
        ("BUS_CONCURRENCY", "2"),
        ("PG_CONNECTIONS", "1"),
    ];
    let Some(first) = Stage::boot_with("pooled_one", &through).await else { return };
    let Some(second) = Stage::boot_with("pooled_two", &through).await else { return };
    for number in 0..30 {
        let event = Task { name: format!("{}/{number}", number % 2), fails: u32::from(number % 5 == 0), takes: 2 };
        let key = PublishOptions::new().key(format!("{}", number % 2)).delay(Duration::from_millis(number % 3));
        first.bus.publish_with(event, key).await.unwrap();
    }
    first.bus.publish(Siren { number: 3 }).await.unwrap();
    assert_eq!(second.lines("siren heard", 1).await, ["3"]);
    for number in 0..30 {
        first.bus.publish(Task { name: format!("plain {number}"), fails: 0, takes: 5 }).await.unwrap();
    }
    first.bus.settled().await;
    let (one, two) = (first.page.all("done"), second.page.all("done"));
    assert_eq!(one.len() + two.len(), 60);
    assert!(!one.is_empty() && !two.is_empty(), "{} and {}", one.len(), two.len());
    first.stop().await;
    second.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_application_asks_twice_a_second_and_writes_nothing() {
    let Some(stage) = Stage::boot("idle").await else { return };
    stage.bus.publish(job("once", 0)).await.unwrap();
    stage.bus.settled().await;
    let counts = || {
        let sql = "SELECT pg_stat_clear_snapshot(), n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_user_tables
            WHERE relname = '_microcore_delivery'";
        let written: u64 = ask("idle", sql).trim_start_matches('|').parse().unwrap();
        let sql = "SELECT calls FROM (SELECT sum(seq_scan + coalesce(idx_scan, 0)) AS calls FROM pg_stat_user_tables
            WHERE relname = '_microcore_bus_clock') c";
        (written, ask("idle", sql).parse::<u64>().unwrap())
    };
    // The server's own counts come late: they are waited for to stand still.
    until_async("what was written to be counted", || async { counts().0 >= 3 }).await;
    let (before, begun) = (counts(), Instant::now());
    until("five seconds to pass", || begun.elapsed() > Duration::from_secs(5)).await;
    let after = counts();
    assert_eq!(before.0, after.0, "nothing is written");
    // A claim that finds nothing and a look, each second; each reads the clock.
    let asked = after.1 - before.1;
    assert!(asked <= 4 * (begun.elapsed().as_secs() + 2), "{asked} looks at the clock");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_of_the_outbox_becomes_its_deliveries_in_one_transaction_and_what_is_torn_is_set_aside() {
    let Some(url) = mount::url("hopless") else { return };
    let settings = [("PG_URL", url.as_str()), ("BUS_URL", url.as_str()), ("DB_PATH", "the stage is no test then")];
    let Some(first) = Stage::boot_with("hopless_one", &settings).await else { return };
    let Some(second) = Stage::boot_with("hopless_two", &settings).await else { return };
    ask(
        "hopless",
        "INSERT INTO _microcore_outbox (kept, id, envelope, payload, state, lease)
        VALUES (1, 'torn', '{', '{}', 'PUBLISHED', 0)",
    );
    for number in 0..40 {
        let stage = if number % 2 == 0 { &first } else { &second };
        let (db, bus) = (stage.page.db(), stage.page.bus());
        let key = PublishOptions::new().key("k");
        db.transaction_retried(20, || {
            let (bus, key) = (bus.clone(), key.clone());
            async move |tx| bus.publish_in(tx, job(format!("{number}"), 0), key).await
        })
        .await
        .unwrap();
    }
    until("all to be handled", || first.page.all("done").len() + second.page.all("done").len() >= 40).await;
    first.bus.settled().await;
    let mut done: Vec<u32> =
        first.page.all("done").iter().chain(&second.page.all("done")).map(|name| name.parse().unwrap()).collect();
    done.sort_unstable();
    assert_eq!(done, (0..40).collect::<Vec<_>>(), "each once");
    assert_eq!(ask("hopless", "SELECT id || ' ' || state FROM _microcore_outbox"), "torn FAILED");
    assert_eq!(ask("hopless", "SELECT owner IS NULL, beat FROM _microcore_relay"), "t|0", "nobody relayed");
    first.stop().await;
    second.stop().await;
}
