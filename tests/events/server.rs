//! What only Redis can show: connections that break, a server that dies, a second application on the same server.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use microcore::event::Ending;
use microcore::prelude::PublishOptions;
use microcore_runtime::application::{Administered, Asked, Found};

use crate::battery::stage::{Stage, until, until_async};
use crate::domains::yard::events::{Bell, Freight, Siren, Task};
use crate::redis_server::RedisServer;
use crate::tools::log::page;

/// Sends one command, given as its words, in the protocol's own form.
fn command(server: &RedisServer, words: &[&str]) -> String {
    let mut stream = TcpStream::connect(server.address()).unwrap();
    let words_written: String = words.iter().map(|word| format!("${}\r\n{word}\r\n", word.len())).collect();
    stream.write_all(format!("*{}\r\n{words_written}", words.len()).as_bytes()).unwrap();
    let mut answer = [0; 4096];
    let read = stream.read(&mut answer).unwrap_or_default();
    String::from_utf8_lossy(&answer[..read]).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_connections_stop_no_consumer_and_lose_nothing() {
    // A server of its own: its clients are all cut.
    let Some(server) = RedisServer::start() else { return };
    let url = server.url();
    let settings = [("REDIS_URL", url.as_str()), ("BUS_LEASE", "500ms")];
    let Some(stage) = Stage::boot_with("cut", &settings).await else { return };
    let mut accepted = 0;
    for round in 0..10 {
        for number in 0..10 {
            let event = Task { name: format!("{round}-{number}"), fails: 0, takes: 5 };
            accepted += usize::from(stage.bus.publish(event).await.is_ok());
        }
        command(&server, &["CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"]);
    }
    assert!(accepted > 50, "{accepted}");
    let done = stage.lines("done", accepted).await;
    assert!(done.len() >= accepted);
    until_async("nothing to be left", || async {
        let status = stage.bus.status().await.unwrap_or_default();
        !status.is_empty() && status.iter().all(|status| status.lag + status.in_flight == 0)
    })
    .await;
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_gone_is_an_error_of_publish_and_of_health() {
    let Some(server) = RedisServer::start() else { return };
    let url = server.url();
    let Some(stage) = Stage::boot_with("gone", &[("REDIS_URL", url.as_str())]).await else { return };
    command(&server, &["SHUTDOWN", "NOSAVE"]);
    let error = stage.bus.publish(Task::default()).await.unwrap_err();
    assert!(matches!(error, microcore::tools::bus::BusError::Unavailable(_)), "{error}");
    assert!(microcore::__private::Tool::health_check(&stage.bus).await.is_err());
    // The application is not stopped: a store that is gone can't be drained, and the test ends here.
}

#[tokio::test(flavor = "multi_thread")]
async fn every_script_declares_its_keys_and_they_share_a_slot_of_a_cluster() {
    // A node of a cluster refuses a script that touches a key of another slot, or one that it did not declare.
    let Some(server) = RedisServer::start_with("--cluster-enabled yes") else { return };
    command(&server, &["CLUSTER", "ADDSLOTSRANGE", "0", "16383"]);
    until("the cluster to be up", || command(&server, &["CLUSTER", "INFO"]).contains("cluster_state:ok")).await;
    let url = server.url();
    let Some(stage) = Stage::boot_with("cluster", &[("REDIS_URL", url.as_str())]).await else { return };
    let options = || PublishOptions::new().key("k").ttl(Duration::from_secs(60));
    stage.bus.publish_with(Task { name: "k/1".into(), fails: 1, takes: 0 }, options()).await.unwrap();
    stage.bus.publish_with(Task { name: "k/2".into(), fails: 3, takes: 0 }, options()).await.unwrap();
    let delayed = options().delay(Duration::from_millis(100));
    stage.bus.publish_with(Task { name: "k/3".into(), fails: 0, takes: 0 }, delayed).await.unwrap();
    stage.bus.publish(Bell { number: 1 }).await.unwrap();
    stage.bus.settled().await;
    assert_eq!(stage.page.all("done"), ["k/1", "k/3"]);
    assert_eq!(stage.lines("bell", 1).await, ["1"]);
    let dead = stage.bus.dead_letters(10).await.unwrap();
    assert_eq!(dead.len(), 1);
    assert!(stage.bus.replay(dead[0].id).await.unwrap());
    stage.bus.settled().await;
    let dead = stage.bus.dead_letters(10).await.unwrap();
    assert!(stage.bus.discard(dead[0].id).await.unwrap());
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_applications_on_one_server_share_events_and_both_hear_broadcasts() {
    let Some(first) = Stage::boot("replicas").await else { return };
    let prefix = [("BUS_REDIS_PREFIX", "replicas"), ("PAGE", "replica_two")];
    let Some(second) = Stage::boot_with("replica_two", &prefix).await else { return };
    for number in 0..10 {
        first.bus.publish(Task { name: format!("{number}"), fails: 0, takes: 2 }).await.unwrap();
        second.bus.publish(Task { name: format!("{}", number + 10), fails: 0, takes: 2 }).await.unwrap();
    }
    first.bus.publish(Bell { number: 1 }).await.unwrap();
    assert_eq!(first.lines("bell", 1).await, ["1"]);
    assert_eq!(second.lines("bell", 1).await, ["1"]);
    first.bus.settled().await;
    let mut done: Vec<u32> = page("replicas")
        .all("done")
        .iter()
        .chain(&page("replica_two").all("done"))
        .map(|name| name.parse().unwrap())
        .collect();
    done.sort_unstable();
    assert_eq!(done, (0..20).collect::<Vec<_>>(), "each once");
    first.stop().await;
    second.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_an_event_is_a_dead_letter_on_redis_and_stops_nobody() {
    let Some(stage) = Stage::boot("foreign").await else { return };
    let server = RedisServer::shared().expect("the stage has one");
    let key = |what: &str| format!("{{foreign}}:yard.job:yard.worker.run:{what}");
    // The fields of another event; an item that is no JSON; an entry that nobody of ours wrote.
    let envelope = r#"{\"id\":\"old-1\",\"event\":\"yard.job\",\"time\":1,\"origin\":\"old-1\"}"#;
    for (id, item) in [
        ("one", format!(r#"["{envelope}","{{\"name\":7}}","",-1]"#)),
        ("two", "not json".to_owned()),
        ("three", r#"["{","{}","",-1]"#.to_owned()),
        ("four", r#"[1]"#.to_owned()),
    ] {
        command(server, &["HSET", &key("items"), id, &item]);
        command(server, &["XADD", &key("stream"), "*", "id", id]);
    }
    command(server, &["XADD", &key("stream"), "*", "who", "knows"]);
    command(server, &["HSET", &key("items"), "five", "{"]);
    command(server, &["ZADD", &key("delayed"), "0", "five"]);
    stage.bus.publish(Task { name: "fine".into(), fails: 0, takes: 0 }).await.unwrap();
    assert_eq!(stage.lines("done", 1).await, ["fine"]);
    until_async("six dead letters", || async { stage.bus.dead_letters(10).await.unwrap().len() == 6 }).await;
    stage.bus.settled().await;
    let dead = stage.bus.dead_letters(10).await.unwrap();
    assert!(dead.iter().all(|letter| letter.error.contains("can't be read")), "{dead:?}");
    assert!(dead.iter().any(|letter| letter.payload == r#"["who","knows"]"#), "{dead:?}");
    assert!(dead.iter().any(|letter| letter.payload == "not json"), "{dead:?}");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_claimed_is_handled_though_the_claim_for_another_subscriber_fails() {
    let Some(stage) = Stage::boot("half").await else { return };
    let server = RedisServer::shared().expect("the stage has one");
    let lamps = "{half}:yard.lamp:yard.lamplighter.light:stream";
    command(server, &["DEL", lamps]);
    command(server, &["SET", lamps, "no stream"]);
    for number in 0..20 {
        stage.bus.publish(Task { name: format!("{number}"), fails: 0, takes: 0 }).await.unwrap();
        // The others are claimed for too.
        command(server, &["XADD", "{half}:wake", "*", "by", "nobody", "whose", "*"]);
    }
    stage.lines("done", 20).await;
    let attempts = || stage.bus.trace().into_iter().filter(|record| record.ending == Ending::Delivered);
    until("twenty in the trace", || attempts().count() >= 20).await;
    assert!(attempts().all(|record| record.attempt == 1), "no attempt counts that entered no handler");
    command(server, &["DEL", lamps]);
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consumer_that_holds_something_stays_and_what_it_holds_is_taken_over() {
    // Nobody is told of what the test puts there: it is claimed in the name of the process, as if the answer had been lost.
    let Some(stage) = Stage::boot("holds").await else { return };
    let server = RedisServer::shared().expect("the stage has one");
    let key = |what: &str| format!("{{holds}}:yard.job:yard.worker.run:{what}");
    // The consumer is there once it was given something.
    stage.bus.publish(Task { name: "first".into(), ..Task::default() }).await.unwrap();
    stage.lines("done", 1).await;
    stage.bus.settled().await;
    let consumers = command(server, &["XINFO", "CONSUMERS", &key("stream"), "yard.worker.run"]);
    let consumer = consumers.lines().find(|line| line.starts_with(&std::process::id().to_string()));
    let consumer = consumer.unwrap_or_else(|| panic!("{consumers}")).trim();
    let envelope = r#"{\"id\":\"held-1\",\"event\":\"yard.job\",\"time\":1,\"origin\":\"held-1\"}"#;
    let payload = r#"{\"name\":\"held\",\"fails\":0,\"takes\":0}"#;
    command(server, &["HSET", &key("items"), "held", &format!(r#"["{envelope}","{payload}","",-1]"#)]);
    command(server, &["XADD", &key("stream"), "*", "id", "held"]);
    let read = ["XREADGROUP", "GROUP", "yard.worker.run", consumer, "STREAMS", &key("stream"), ">"];
    assert!(command(server, &read).contains("held"));
    stage.stop().await;
    let Some(again) = Stage::boot_with("holds", &[("BUS_LEASE", "200ms")]).await else { return };
    assert_eq!(again.lines("done", 2).await, ["first", "held"]);
    again.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_ends_though_the_server_takes_no_writes() {
    let Some(server) = RedisServer::start() else { return };
    let url = server.url();
    let settings = [("REDIS_URL", url.as_str()), ("STOP_EVENTS", "100ms"), ("BUS_LEASE", "300ms")];
    let Some(stage) = Stage::boot_with("stop_paused", &settings).await else { return };
    for name in ["a", "b"] {
        stage.bus.publish(Freight { name: name.into() }).await.unwrap();
    }
    stage.lines("hooked", 2).await;
    let page = std::sync::Arc::clone(&stage.page);
    command(&server, &["CLIENT", "PAUSE", "3600000", "WRITE"]);
    page.let_go(1);
    stage.lines("lifted", 1).await;
    stage.stop().await;
    command(&server, &["CLIENT", "UNPAUSE"]);
    page.let_go(4);
    let Some(again) = Stage::boot_with("stop_paused", &settings).await else { return };
    until("both to be handled", || ["a", "b"].iter().all(|name| page.all("lifted").contains(&(*name).to_owned())))
        .await;
    again.bus.settled().await;
    again.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_redis_can_not_spread_is_stored_for_nobody_and_called_for_nobody() {
    let Some(stage) = Stage::boot("unspread").await else { return };
    let server = RedisServer::shared().expect("the stage has one");
    command(server, &["SET", "{unspread}:broadcast", "no stream"]);
    stage.bus.publish(Siren { number: 1 }).await.unwrap_err();
    command(server, &["DEL", "{unspread}:broadcast"]);
    stage.bus.publish(Siren { number: 2 }).await.unwrap();
    for what in ["siren heard", "siren written down", "siren counted"] {
        assert_eq!(stage.lines(what, 1).await, ["2"], "{what}");
    }
    stage.bus.settled().await;
    assert_eq!(stage.page.all("siren written down"), ["2"]);
    stage.stop().await;
}

/// Asks without the application.
pub async fn ask(settings: &[(&str, &str)], asked: Asked) -> microcore::prelude::Result<Found> {
    let mut boot = microcore::testing::boot::<crate::App>();
    for (key, value) in settings {
        boot.environment = boot.environment.with(*key, *value);
    }
    <crate::prelude::Bus as Administered>::administer(boot, asked).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_item_that_is_gone_or_torn_holds_up_nothing_behind_it() {
    let Some(stage) = Stage::boot("lost").await else { return };
    let server = RedisServer::shared().expect("the stage has one");
    let key = |what: &str| format!("{{lost}}:yard.job:yard.worker.run:{what}");
    let job = |name: &str| Task { name: name.into(), fails: 1, takes: 0 };
    // While the first of each line rests, the second loses its item, and the third waits.
    for line in ["gone", "torn"] {
        for number in 1..=3 {
            let event = job(&format!("{line}/{number}"));
            stage.bus.publish_with(event, PublishOptions::new().key(line)).await.unwrap();
        }
        stage.lines("begin", 1).await;
        let members = command(server, &["ZRANGE", &key("lines"), "0", "-1"]);
        let second = members.lines().filter(|member| member.starts_with(&format!("{line}\0"))).nth(1);
        let id = second.and_then(|member| member.trim().rsplit('\0').next()).map(ToOwned::to_owned);
        let Some(id) = id else { panic!("{members:?}") };
        if line == "gone" {
            command(server, &["HDEL", &key("items"), &id]);
        } else {
            command(server, &["HSET", &key("items"), &id, "torn"]);
        }
        until("the third to be handled", || stage.page.all("done").contains(&format!("{line}/3"))).await;
    }
    stage.bus.settled().await;
    assert_eq!(stage.page.all("done"), ["gone/1", "gone/3", "torn/1", "torn/3"]);
    // What can't be read is a dead letter; what is gone can be none.
    assert_eq!(stage.bus.dead_letters(10).await.unwrap().len(), 1);
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_may_delete_events_is_refused() {
    let Some(server) = RedisServer::start_with("--maxmemory 64mb --maxmemory-policy allkeys-lru") else { return };
    let url = server.url();
    let refused = ask(&[("REDIS_URL", url.as_str())], Asked::Status).await.unwrap_err().to_string();
    assert!(refused.contains("`maxmemory-policy` is `allkeys-lru`; set it to `noeviction`"), "{refused}");
    command(&server, &["CONFIG", "SET", "maxmemory-policy", "noeviction"]);
    ask(&[("REDIS_URL", url.as_str())], Asked::Status).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_for_a_subscriber_that_is_gone_is_listed_and_handed_over_in_order_or_deleted() {
    let Some(stage) = Stage::boot("orphans").await else { return };
    stage.stop().await;
    let server = RedisServer::shared().expect("the stage has one");
    for subscriber in ["yard.oldworker.run", "yard.gone.run"] {
        let key = |what: &str| format!("{{orphans}}:yard.job:{subscriber}:{what}");
        let envelope = r#"{\"id\":\"old-1\",\"event\":\"yard.job\",\"time\":1,\"origin\":\"old-1\"}"#;
        for (id, line) in [("k/1", "k"), ("k/2", "k"), ("plain", "")] {
            let payload = format!(r#"{{\"name\":\"{id}\",\"fails\":0,\"takes\":0}}"#);
            command(server, &["HSET", &key("items"), id, &format!(r#"["{envelope}","{payload}","{line}",-1]"#)]);
        }
        for (number, id) in ["k/1", "k/2"].into_iter().enumerate() {
            command(server, &["ZADD", &key("lines"), "0", &format!("k\0{number:016}\0{id}")]);
        }
        command(server, &["XADD", &key("stream"), "*", "id", "k/1", "line", "k"]);
        command(server, &["XADD", &key("stream"), "*", "id", "plain"]);
        command(server, &["ZADD", &key("dead"), "7", &format!(r#"[7,"{envelope}","{{}}","","no",1,1]"#)]);
        command(server, &["SADD", "{orphans}:subscribers", &format!("yard.job:{subscriber}")]);
    }
    let settings = crate::mount::settings("orphans").await.unwrap();
    let settings: Vec<_> = settings.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    let Ok(Found::Orphans(orphans)) = ask(&settings, Asked::Orphans).await else { panic!("orphans were asked for") };
    let told: Vec<_> = orphans.iter().map(|of| (of.subscriber.as_str(), of.waiting, of.dead)).collect();
    assert_eq!(told, [("yard.gone.run", 3, 1), ("yard.oldworker.run", 3, 1)]);
    let (event, subscriber) = ("yard.job".to_owned(), "yard.oldworker.run".to_owned());
    let adopt = Asked::Adopt { event: event.clone(), subscriber, by: "yard.worker.run".to_owned() };
    assert_eq!(ask(&settings, adopt).await.unwrap(), Found::Counted(4));
    let gone = Asked::DropOrphan { event, subscriber: "yard.gone.run".to_owned() };
    assert_eq!(ask(&settings, gone).await.unwrap(), Found::Counted(4));
    assert_eq!(ask(&settings, Asked::Orphans).await.unwrap(), Found::Orphans(Vec::new()));
    let Some(again) = Stage::boot("orphans").await else { return };
    let done = again.lines("done", 3).await;
    let of_key: Vec<_> = done.iter().filter(|name| name.starts_with("k/")).collect();
    assert_eq!(of_key, ["k/1", "k/2"]);
    assert_eq!(again.bus.dead_letters(10).await.unwrap().len(), 1);
    again.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_of_the_server_that_is_set_back_makes_nothing_wait_for_it() {
    let Some(stage) = Stage::boot("set_back").await else { return };
    let server = RedisServer::shared().expect("the stage has one");
    stage.bus.publish(Task { name: "before".into(), ..Task::default() }).await.unwrap();
    stage.lines("done", 1).await;
    // As if the clock had been an hour ahead until now.
    let ahead = command(server, &["HGET", "{set_back}:clock", "last"]);
    let last: u64 = ahead.lines().nth(1).and_then(|last| last.trim().parse().ok()).unwrap_or_else(|| panic!("{ahead}"));
    command(server, &["HSET", "{set_back}:clock", "last", &(last + 3_600_000).to_string()]);
    let delay = PublishOptions::new().delay(Duration::from_millis(200));
    stage.bus.publish_with(Task { name: "delayed".into(), fails: 1, takes: 0 }, delay).await.unwrap();
    stage.bus.publish(Task { name: "plain".into(), fails: 1, takes: 0 }).await.unwrap();
    stage.lines("done", 3).await;
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn consumers_of_processes_that_died_are_deleted() {
    let Some(stage) = Stage::boot_with("consumers", &[("BUS_LEASE", "200ms")]).await else { return };
    let server = RedisServer::shared().expect("the stage has one");
    let stream = "{consumers}:yard.job:yard.worker.run:stream";
    stage.bus.publish(Task::default()).await.unwrap();
    stage.lines("done", 1).await;
    command(server, &["XGROUP", "CREATECONSUMER", stream, "yard.worker.run", "dead-1"]);
    let Some(second) =
        Stage::boot_with("consumers_two", &[("BUS_REDIS_PREFIX", "consumers"), ("BUS_LEASE", "200ms")]).await
    else {
        return;
    };
    until("it to be gone", || !command(server, &["XINFO", "CONSUMERS", stream, "yard.worker.run"]).contains("dead-1"))
        .await;
    stage.stop().await;
    second.stop().await;
}
