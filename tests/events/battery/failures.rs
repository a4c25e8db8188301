//! Repetitions, dead letters, notices, pauses.

use std::time::Duration;

use super::stage::{Stage, until_async};
use crate::domains::yard::events::{Lamp, Note, Poison, Task};

fn job(name: &str, fails: u32) -> Task {
    Task { name: name.into(), fails, takes: 0 }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_fails_twice_succeeds_in_the_third_attempt_and_nobody_is_told() {
    let Some(stage) = Stage::boot("twice").await else { return };
    stage.bus.publish(job("a", 2)).await.unwrap();
    stage.bus.settled().await;
    assert_eq!((stage.page.all("failed").len(), stage.page.all("done").len()), (2, 1));
    assert!(stage.page.all("failure").is_empty());
    assert!(stage.bus.dead_letters(10).await.unwrap().is_empty());
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn backoff_doubles_and_never_comes_early() {
    let Some(stage) = Stage::boot("backoff").await else { return };
    stage.bus.publish(job("a", 2)).await.unwrap();
    stage.lines("done", 1).await;
    let begun = stage.page.times("begin");
    assert!(begun[1] - begun[0] >= Duration::from_millis(39), "{:?}", begun[1] - begun[0]);
    assert!(begun[2] - begun[1] >= Duration::from_millis(79), "{:?}", begun[2] - begun[1]);
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn used_up_attempts_make_one_dead_letter_and_one_notice() {
    let Some(stage) = Stage::boot("dead").await else { return };
    stage.bus.publish(job("a", 9)).await.unwrap();
    stage.bus.settled().await;
    let dead = stage.bus.dead_letters(10).await.unwrap();
    assert_eq!(dead.len(), 1);
    let letter = &dead[0];
    assert_eq!((letter.subscriber.as_str(), letter.attempts), ("yard.worker.run", 3));
    assert_eq!((letter.envelope.event.as_str(), letter.envelope.emitter.as_deref()), ("yard.job", Some("yard.gate")));
    assert!(letter.error.contains("attempt 3 of a fails"), "{}", letter.error);
    assert_eq!(letter.payload, r#"{"name":"a","fails":9,"takes":0}"#);
    // Subscriber, attempts, whether it is the failed event's child, error.
    let failures = stage.lines("failure", 1).await;
    assert!(failures[0].starts_with("yard.worker.run 3 true ") && failures[0].contains("attempt 3"), "{failures:?}");
    assert_eq!(stage.page.all("begin").len(), 3);
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_for_good_is_a_dead_letter_at_once() {
    let Some(stage) = Stage::boot("hopeless").await else { return };
    stage.bus.publish(job("hopeless", 9)).await.unwrap();
    stage.bus.settled().await;
    let dead = stage.bus.dead_letters(10).await.unwrap();
    assert_eq!((dead.len(), dead[0].attempts), (1, 1), "it has two more");
    assert!(dead[0].error.contains("for good: for ever"), "{}", dead[0].error);
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subscription_without_options_is_tried_once_and_leaves_the_others_alone() {
    let Some(stage) = Stage::boot("once").await else { return };
    stage.bus.publish(Note { name: "a".into(), fails: true }).await.unwrap();
    stage.bus.settled().await;
    assert_eq!((stage.page.all("read").len(), stage.page.all("kept").len()), (1, 1));
    assert_eq!(stage.bus.dead_letters(10).await.unwrap()[0].attempts, 1);
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failing_subscriber_of_notices_makes_no_further_notice_and_no_dead_letter() {
    let Some(stage) = Stage::boot("stumble").await else { return };
    stage.bus.publish(job("stumble", 9)).await.unwrap();
    stage.bus.settled().await;
    assert_eq!(stage.lines("failure", 1).await.len(), 1);
    let dead = stage.bus.dead_letters(10).await.unwrap();
    assert_eq!(dead.iter().map(|letter| letter.envelope.event.as_str()).collect::<Vec<_>>(), ["yard.job"]);
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_letter_is_replayed_with_all_its_attempts_or_discarded() {
    let Some(stage) = Stage::boot("replay").await else { return };
    *stage.page.poisonous.lock().unwrap() = true;
    for name in ["a", "b"] {
        stage.bus.publish(Poison { name: name.into() }).await.unwrap();
    }
    stage.bus.settled().await;
    let dead = stage.bus.dead_letters(10).await.unwrap();
    assert_eq!(dead.len(), 2);
    *stage.page.poisonous.lock().unwrap() = false;
    let of = |name: &str| dead.iter().find(|letter| letter.payload.contains(name)).unwrap().id;
    assert!(stage.bus.replay(of("\"a\"")).await.unwrap());
    assert!(stage.bus.discard(of("\"b\"")).await.unwrap());
    assert!(!stage.bus.replay(of("\"b\"")).await.unwrap() && !stage.bus.discard(4711).await.unwrap());
    stage.bus.settled().await;
    assert_eq!(stage.page.all("tasted").iter().filter(|name| *name == "a").count(), 2);
    assert_eq!(stage.page.all("tasted").iter().filter(|name| *name == "b").count(), 1);
    assert!(stage.bus.dead_letters(10).await.unwrap().is_empty());
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subscriber_that_keeps_failing_is_paused_and_probed_and_resumed_and_loses_nothing() {
    let Some(stage) = Stage::boot_with("pause", &[("BUS_PAUSE_AFTER", "2"), ("BUS_PAUSE", "150ms")]).await else {
        return;
    };
    *stage.page.poisonous.lock().unwrap() = true;
    for name in ["a", "b"] {
        stage.bus.publish(Poison { name: name.into() }).await.unwrap();
    }
    assert_eq!(stage.lines("paused", 1).await, ["yard.taster.taste 2"]);
    let paused = async || {
        let status = stage.bus.status().await.unwrap();
        status.into_iter().find(|status| status.subscriber == "yard.taster.taste").unwrap().paused
    };
    assert!(paused().await);
    for name in ["c", "d", "e"] {
        stage.bus.publish(Poison { name: name.into() }).await.unwrap();
    }
    // The probe fails: paused again, and a single event was tried.
    stage.lines("paused", 2).await;
    assert_eq!(stage.page.all("tasted").len(), 3);
    *stage.page.poisonous.lock().unwrap() = false;
    assert_eq!(stage.lines("resumed", 1).await, ["yard.taster.taste"]);
    stage.bus.settled().await;
    assert_eq!(stage.page.all("tasted").len(), 5, "each event went to the handler once");
    assert_eq!(stage.bus.dead_letters(10).await.unwrap().len(), 3);
    until_async("the lane to be open", || async { !paused().await }).await;
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_for_a_plugin_that_is_off_disturbs_nobody() {
    *crate::tools::log::page("off").dark.lock().unwrap() = true;
    let Some(stage) = Stage::boot("off").await else { return };
    stage.bus.publish(Lamp { number: 1 }).await.unwrap();
    stage.bus.publish(job("a", 0)).await.unwrap();
    stage.lines("done", 1).await;
    assert!(stage.page.all("lamp").is_empty());
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_status_counts_lag_flight_delay_and_death_per_subscriber() {
    let Some(stage) = Stage::boot_with("status", &[("BUS_CONCURRENCY", "1")]).await else { return };
    for name in ["a", "b", "c"] {
        stage.bus.publish(Task { name: name.into(), fails: 0, takes: 150 }).await.unwrap();
    }
    let options = microcore::prelude::PublishOptions::new().delay(Duration::from_millis(200));
    stage.bus.publish_with(job("d", 9), options).await.unwrap();
    let numbers = async || {
        let status = stage.bus.status().await.unwrap();
        let of = status.into_iter().find(|status| status.subscriber == "yard.worker.run").unwrap();
        (of.lag, of.in_flight, of.delayed, of.dead)
    };
    until_async("one in flight, two behind, one delayed", || async { numbers().await == (2, 1, 1, 0) }).await;
    stage.bus.settled().await;
    until_async("one dead", || async { numbers().await == (0, 0, 0, 1) }).await;
    stage.stop().await;
}
