//! What only the SQLite store can show: rows that nobody can read, a backlog that nobody consumes, a full disk of work
//! in little memory.

use microcore::prelude::Error;
use microcore_runtime::application::{Administered, Asked, Found};
use rusqlite::{Connection, params};

use crate::battery::stage::{Stage, until, until_async};
use crate::domains::yard::events::{Freight, Lamp, Paid, Siren, Task};
use crate::tools::log::page;

async fn file(test: &str) -> Connection {
    let settings = crate::mount::settings(test).await.expect("SQLite is compiled in");
    let path = settings.into_iter().find(|(key, _)| key == "BUS_PATH").expect("it has a file").1;
    let file = Connection::open(path).unwrap();
    file.busy_timeout(std::time::Duration::from_secs(10)).unwrap();
    file
}

fn insert(file: &Connection, envelope: &str, payload: &str) {
    let sql = "INSERT INTO bus_delivery (event, subscriber, envelope, payload, state, entered, due)
        VALUES ('yard.job', 'yard.worker.run', ?1, ?2, 'PUBLISHED', 0, 0)";
    file.execute(sql, params![envelope, payload]).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_not_be_read_is_a_dead_letter_and_stops_nobody() {
    let Some(stage) = Stage::boot("unreadable").await else { return };
    let file = file("unreadable").await;
    let envelope = r#"{"id":"old-1","event":"yard.job","time":1,"origin":"old-1"}"#;
    insert(&file, envelope, r#"{"name":7}"#);
    insert(&file, "{", r#"{"name":"a","fails":0,"takes":0}"#);
    insert(&file, envelope, r#"{"name":"fine","fails":0,"takes":0}"#);
    assert_eq!(stage.lines("done", 1).await, ["fine"]);
    until_async("two dead letters", || async { stage.bus.dead_letters(10).await.unwrap().len() == 2 }).await;
    let dead = stage.bus.dead_letters(10).await.unwrap();
    assert!(dead.iter().all(|letter| letter.error.contains("can't be read")), "{dead:?}");
    assert_eq!(dead[0].payload, r#"{"name":7}"#);
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backlog_waits_for_its_plugin_and_is_delivered_in_order() {
    *page("backlog").dark.lock().unwrap() = true;
    let Some(stage) = Stage::boot("backlog").await else { return };
    for number in 0..10 {
        let options = microcore::prelude::PublishOptions::new().key("lamps");
        stage.bus.publish_with(Lamp { number }, options).await.unwrap();
    }
    let status = stage.bus.status().await.unwrap();
    assert_eq!(status.iter().find(|status| status.event == "yard.lamp").unwrap().lag, 10);
    stage.stop().await;
    *page("backlog").dark.lock().unwrap() = false;
    let Some(stage) = Stage::boot("backlog").await else { return };
    let expected: Vec<String> = (0..10).map(|number| number.to_string()).collect();
    assert_eq!(stage.lines("lamp", 10).await, expected);
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn broadcasts_and_requests_leave_no_deliveries() {
    let Some(stage) = Stage::boot("no_rows").await else { return };
    stage.bus.publish(crate::domains::yard::events::Bell { number: 1 }).await.unwrap();
    stage.bus.request(crate::domains::yard::events::Asked { name: "ana".into() }).await.unwrap();
    stage.lines("bell", 1).await;
    let rows: i64 = file("no_rows").await.query_row("SELECT count(*) FROM bus_delivery", [], |row| row.get(0)).unwrap();
    assert_eq!(rows, 0);
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_thousand_pending_deliveries_take_little_memory() {
    let Some(stage) = Stage::boot("million").await else { return };
    let file = file("million").await;
    let envelope = r#"{"id":"old-1","event":"yard.job","time":1,"origin":"old-1"}"#;
    let before = resident();
    // Not due for years: what is measured is that nobody loads what nobody may begin.
    file.execute(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000)
         INSERT INTO bus_delivery (event, subscriber, envelope, payload, state, entered, due)
         SELECT 'yard.job', 'yard.worker.run', ?1, '{}', 'PUBLISHED', 0, 99999999999999 FROM n",
        [envelope],
    )
    .unwrap();
    for number in 0..20 {
        stage.bus.publish(Task { name: format!("{number}"), fails: 0, takes: 0 }).await.unwrap();
    }
    stage.lines("done", 20).await;
    let grown = resident().saturating_sub(before);
    assert!(grown < 32 * 1024, "{grown} KiB more, for 200,000 rows of which none is due");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_store_can_be_looked_at_and_put_in_order_without_the_application() {
    let Some(stage) = Stage::boot("administered").await else { return };
    stage.bus.publish(Task { name: "a".into(), fails: 3, takes: 0 }).await.unwrap();
    stage.bus.settled().await;
    stage.stop().await;
    let ask = async |asked| {
        let mut boot = microcore::testing::boot::<crate::App>();
        for (key, value) in crate::mount::settings("administered").await.unwrap() {
            boot.environment = boot.environment.with(key, value);
        }
        <crate::prelude::Bus as Administered>::administer(boot, asked).await.unwrap()
    };
    let Found::Dead(letters) = ask(Asked::Dead(10)).await else { panic!("dead letters were asked for") };
    assert_eq!((letters.len(), letters[0].attempts), (1, 3));
    assert_eq!(ask(Asked::Letter(letters[0].id)).await, Found::Dead(letters.clone()), "one is asked for by its number");
    assert_eq!(ask(Asked::Letter(letters[0].id + 1)).await, Found::Dead(Vec::new()));
    assert_eq!(ask(Asked::Replay(letters[0].id)).await, Found::Done(true));
    let Found::Status(status, orphans) = ask(Asked::Status).await else { panic!("the status was asked for") };
    let worker = status.iter().find(|status| status.subscriber == "yard.worker.run").unwrap();
    assert_eq!((worker.lag, worker.dead), (1, 0));
    assert!(orphans.is_empty(), "{orphans:?}");
    assert_eq!(ask(Asked::Discard(letters[0].id)).await, Found::Done(false), "it is no dead letter any more");
}

#[tokio::test(flavor = "multi_thread")]
async fn completed_deliveries_are_deleted_kept_or_archived_as_the_settings_say() {
    let cases = [
        ("kept_not", [("BUS_KEEP_COMPLETED", "0s"), ("BUS_ARCHIVE", "false")], [0, 0]),
        ("kept_long", [("BUS_KEEP_COMPLETED", "1h"), ("BUS_ARCHIVE", "true")], [5, 0]),
        ("kept_short", [("BUS_KEEP_COMPLETED", "1ms"), ("BUS_ARCHIVE", "false")], [0, 0]),
        ("archived", [("BUS_KEEP_COMPLETED", "0s"), ("BUS_ARCHIVE", "true")], [0, 5]),
    ];
    for (name, policy, expected) in cases {
        let settings = [policy[0], policy[1], ("BUS_LEASE", "300ms")];
        let Some(stage) = Stage::boot_with(name, &settings).await else { return };
        for number in 0..5 {
            stage.bus.publish(Task { name: format!("{number}"), fails: 0, takes: 0 }).await.unwrap();
        }
        stage.lines("done", 5).await;
        stage.bus.settled().await;
        let file = file(name).await;
        let count = |table: &str| -> i64 {
            file.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
        };
        until(&format!("{name} to be as it should"), || {
            [count("bus_delivery WHERE state = 'COMPLETED'"), count("bus_archive")] == expected
        })
        .await;
        assert_eq!(count("bus_delivery WHERE state <> 'COMPLETED'"), 0);
        stage.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_that_was_claimed_twice_is_held_still_when_its_first_attempt_ends() {
    let Some(stage) = Stage::boot_with("twice", &[("BUS_LEASE", "300ms")]).await else { return };
    let file = file("twice").await;
    stage.bus.publish(Freight { name: "a".into() }).await.unwrap();
    stage.lines("hooked", 1).await;
    // As another process does while this one is suspended.
    let taken = "INSERT INTO bus_taken (claim, time) SELECT claim, 0 FROM bus_delivery WHERE attempts = 1";
    file.execute(taken, []).unwrap();
    let back = "UPDATE bus_delivery SET state = 'RESUBMITTED', claim = NULL, owner = NULL WHERE attempts = 1";
    file.execute(back, []).unwrap();
    stage.lines("hooked", 2).await;
    stage.page.let_go(1);
    stage.lines("lifted", 1).await;
    let beat = || -> i64 { file.query_row("SELECT max(beat) FROM bus_process", [], |row| row.get(0)).unwrap() };
    let before = beat();
    until("three signs of life", || beat() >= before + 3).await;
    assert_eq!(stage.page.all("hooked"), ["a 1", "a 2"], "the second attempt is still the last");
    stage.page.let_go(1);
    stage.lines("lifted", 2).await;
    stage.bus.settled().await;
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_ends_though_the_file_is_held_by_somebody_else() {
    let settings = [("STOP_EVENTS", "100ms"), ("BUS_LEASE", "300ms")];
    let Some(stage) = Stage::boot_with("stop_locked", &settings).await else { return };
    let file = file("stop_locked").await;
    for name in ["a", "b"] {
        stage.bus.publish(Freight { name: name.into() }).await.unwrap();
    }
    stage.lines("hooked", 2).await;
    let page = std::sync::Arc::clone(&stage.page);
    // Nothing can be written, or given back, until after the stop.
    file.execute_batch("BEGIN EXCLUSIVE").unwrap();
    page.let_go(1);
    stage.lines("lifted", 1).await;
    stage.stop().await;
    file.execute_batch("ROLLBACK").unwrap();
    page.let_go(4);
    let Some(again) = Stage::boot_with("stop_locked", &settings).await else { return };
    until("both to be handled", || ["a", "b"].iter().all(|name| page.all("lifted").contains(&(*name).to_owned())))
        .await;
    again.bus.settled().await;
    again.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_can_not_be_spread_is_stored_for_nobody_and_called_for_nobody() {
    let Some(stage) = Stage::boot("unspread").await else { return };
    let file = file("unspread").await;
    file.execute_batch("ALTER TABLE bus_broadcast RENAME TO away").unwrap();
    stage.bus.publish(Siren { number: 1 }).await.unwrap_err();
    file.execute_batch("ALTER TABLE away RENAME TO bus_broadcast").unwrap();
    stage.bus.publish(Siren { number: 2 }).await.unwrap();
    for what in ["siren heard", "siren written down", "siren counted"] {
        assert_eq!(stage.lines(what, 1).await, ["2"], "{what}");
    }
    stage.bus.settled().await;
    assert_eq!(stage.page.all("siren written down"), ["2"]);
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn events_live_in_the_applications_own_file_beside_its_rows() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app.db").display().to_string();
    let settings =
        [("DB_PATH", path.as_str()), ("BUS_PATH", path.as_str()), ("STOP_EVENTS", "50ms"), ("BUS_LEASE", "1h")];
    let Some(stage) = Stage::boot_with("own_file", &settings).await else { return };
    let (bus, db) = (stage.bus.clone(), stage.page.db());
    // Two connections write the one file in turns: the database's and the bus's.
    let plain = async {
        for number in 0..40 {
            bus.publish(Paid { number, fails: 0 }).await.unwrap();
        }
    };
    let kept = async {
        for number in 40..80 {
            let paid = db.transaction(async |tx| tx.publish(Paid { number, fails: 0 }).await);
            paid.await.unwrap();
        }
        let rolled_back = db.transaction(async |tx| {
            tx.publish(Paid { number: 80, fails: 0 }).await?;
            Err::<(), Error>(Error::conflict("no"))
        });
        rolled_back.await.unwrap_err();
    };
    tokio::join!(plain, kept);
    stage.lines("booked", 80).await;
    bus.publish(Freight { name: "a".into() }).await.unwrap();
    stage.lines("hooked", 1).await;
    stage.stop().await;
    let Some(again) = Stage::boot_with("own_file", &settings).await else { return };
    again.page.let_go(2);
    assert_eq!(again.lines("lifted", 1).await, ["a"]);
    again.bus.settled().await;
    let effects = again.page.db().query::<(i64,)>("SELECT number FROM effects ORDER BY number", ()).await.unwrap();
    assert_eq!(effects, (0..80).map(|number| (number,)).collect::<Vec<_>>(), "each once");
    again.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_publish_that_would_wait_for_its_own_transaction_is_refused_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app.db").display().to_string();
    // The same file by another way.
    std::os::unix::fs::symlink(folder.path(), folder.path().join("way")).unwrap();
    let way = folder.path().join("way/app.db").display().to_string();
    let settings = [("DB_PATH", path.as_str()), ("BUS_PATH", way.as_str())];
    let Some(stage) = Stage::boot_with("own_lock", &settings).await else { return };
    let (bus, db) = (stage.bus.clone(), stage.page.db());
    let begun = std::time::Instant::now();
    let refused = db.transaction(async |tx| {
        tx.execute("INSERT INTO effects (number) VALUES (1)", ()).await?;
        Ok::<_, Error>(bus.publish(Task::default()).await)
    });
    let refused = refused.await.unwrap().unwrap_err();
    assert!(refused.to_string().contains("write `tx.publish` here"), "{refused}");
    assert!(begun.elapsed() < std::time::Duration::from_secs(5), "{:?}", begun.elapsed());
    // Outside of the transaction it is as ever.
    bus.publish(Task { name: "after".into(), ..Task::default() }).await.unwrap();
    assert_eq!(stage.lines("done", 1).await, ["after"]);
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_for_a_subscriber_that_is_gone_is_listed_and_handed_over_in_order_or_deleted() {
    let Some(stage) = Stage::boot("orphans").await else { return };
    stage.stop().await;
    let file = file("orphans").await;
    let envelope = r#"{"id":"old-1","event":"yard.job","time":1,"origin":"old-1","key":"k"}"#;
    let mut insert = file
        .prepare(
            "INSERT INTO bus_delivery (event, subscriber, envelope, payload, line, ready, state, entered, due, ended)
             VALUES ('yard.job', ?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, ?8)",
        )
        .unwrap();
    for (name, line, ready, state, entered) in [
        ("k/1", Some("k"), true, "RESUBMITTED", 1),
        ("k/2", Some("k"), false, "PUBLISHED", 2),
        ("plain", None, true, "PUBLISHED", 3),
        ("dead", None, false, "FAILED", 4),
    ] {
        let payload = format!(r#"{{"name":"{name}","fails":0,"takes":0}}"#);
        let ended = (state == "FAILED").then_some(4);
        insert.execute(params!["yard.oldworker.run", envelope, payload, line, ready, state, entered, ended]).unwrap();
        insert.execute(params!["yard.gone.run", envelope, payload, line, ready, state, entered, ended]).unwrap();
    }
    let ask = async |asked| {
        let mut boot = microcore::testing::boot::<crate::App>();
        for (key, value) in crate::mount::settings("orphans").await.unwrap() {
            boot.environment = boot.environment.with(key, value);
        }
        <crate::prelude::Bus as Administered>::administer(boot, asked).await
    };
    let Ok(Found::Orphans(orphans)) = ask(Asked::Orphans).await else { panic!("orphans were asked for") };
    let told: Vec<_> = orphans.iter().map(|of| (of.subscriber.as_str(), of.waiting, of.dead)).collect();
    assert_eq!(told, [("yard.gone.run", 3, 1), ("yard.oldworker.run", 3, 1)]);
    let Ok(Found::Status(_, orphans)) = ask(Asked::Status).await else { panic!("the status was asked for") };
    assert_eq!(orphans.len(), 2);
    let (event, subscriber) = ("yard.job".to_owned(), "yard.oldworker.run".to_owned());
    let adopt = |by: &str| Asked::Adopt { event: event.clone(), subscriber: subscriber.clone(), by: by.to_owned() };
    let refused = ask(adopt("yard.nobody.run")).await.unwrap_err().to_string();
    assert!(refused.contains("`yard.job` is heard by `yard.worker.run`"), "{refused}");
    assert_eq!(ask(adopt("yard.worker.run")).await.unwrap(), Found::Counted(4));
    let gone = Asked::DropOrphan { event: event.clone(), subscriber: "yard.gone.run".to_owned() };
    assert_eq!(ask(gone).await.unwrap(), Found::Counted(4));
    assert_eq!(ask(Asked::Orphans).await.unwrap(), Found::Orphans(Vec::new()));
    let Some(again) = Stage::boot("orphans").await else { return };
    let done = again.lines("done", 3).await;
    let of_key: Vec<_> = done.iter().filter(|name| name.starts_with("k/")).collect();
    assert_eq!(of_key, ["k/1", "k/2"]);
    assert_eq!(again.bus.dead_letters(10).await.unwrap().len(), 1);
    again.stop().await;
}

/// `VmRSS` of this process in KiB; 0 where the system does not tell.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or_default()
}
