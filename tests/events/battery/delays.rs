//! Delay and ttl.

use std::time::{Duration, Instant};

use microcore::event::Ending;
use microcore::prelude::PublishOptions;

use super::stage::{Stage, until};
use crate::domains::yard::events::{Note, Task};

fn job(name: &str) -> Task {
    Task { name: name.into(), ..Task::default() }
}

fn delayed(millis: u64) -> PublishOptions {
    PublishOptions::new().delay(Duration::from_millis(millis))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delayed_event_comes_when_it_is_due_and_not_before() {
    let Some(stage) = Stage::boot("delay").await else { return };
    let published = Instant::now();
    stage.bus.publish_with(job("later"), delayed(300)).await.unwrap();
    stage.lines("done", 1).await;
    let waited = stage.page.times("begin")[0] - published;
    assert!(waited >= Duration::from_millis(299), "{waited:?}");
    // Wide, because machines are busy; a transport that looks once in a lease is not within it.
    assert!(waited < Duration::from_secs(5), "{waited:?}");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delayed_event_holds_back_no_later_one_of_its_event_or_key() {
    let Some(stage) = Stage::boot("delay_flows").await else { return };
    stage.bus.publish_with(job("k/late"), delayed(250).key("k")).await.unwrap();
    stage.bus.publish_with(job("later"), delayed(250)).await.unwrap();
    stage.bus.publish_with(job("k/soon"), PublishOptions::new().key("k")).await.unwrap();
    stage.bus.publish(job("soon")).await.unwrap();
    let done = stage.lines("done", 4).await;
    assert!(done[..2].contains(&"k/soon".to_owned()) && done[..2].contains(&"soon".to_owned()), "{done:?}");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mixed_delays_come_in_the_order_of_their_time() {
    let Some(stage) = Stage::boot("mixed_delays").await else { return };
    for millis in [400, 100, 300, 200] {
        stage.bus.publish_with(job(&format!("k/{millis}")), delayed(millis).key("k")).await.unwrap();
    }
    assert_eq!(stage.lines("done", 4).await, ["k/100", "k/200", "k/300", "k/400"]);
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_whose_time_is_over_is_not_handled_and_the_trace_says_so() {
    let Some(stage) = Stage::boot("ttl").await else { return };
    let options = delayed(120).ttl(Duration::from_millis(50));
    stage.bus.publish_with(job("stale"), options).await.unwrap();
    stage.bus.publish_with(job("fresh"), PublishOptions::new().ttl(Duration::from_secs(60))).await.unwrap();
    stage.bus.settled().await;
    assert_eq!(stage.page.all("begin"), ["fresh"]);
    let expired = || {
        let trace = stage.bus.trace();
        trace.iter().filter(|record| record.ending == Ending::Expired).map(|record| record.attempt).collect::<Vec<_>>()
    };
    until("the expired one in the trace", || expired() == [0]).await;
    assert!(stage.bus.dead_letters(10).await.unwrap().is_empty());
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_inline_subscriber_of_a_delayed_event_waits_too() {
    let Some(stage) = Stage::boot("delayed_inline").await else { return };
    stage.bus.publish_with(Note { name: "a".into(), fails: false }, delayed(100)).await.unwrap();
    assert!(stage.page.all("counted").is_empty());
    assert_eq!(stage.lines("counted", 1).await, ["a"]);
    stage.stop().await;
}
