//! Order: per key, through repetitions; other keys flow meanwhile.

use microcore::prelude::PublishOptions;

use super::stage::Stage;
use crate::domains::yard::events::Task;

fn job(name: String, fails: u32, takes: u64) -> Task {
    Task { name, fails, takes }
}

fn of_key(lines: &[String], key: &str) -> Vec<String> {
    lines.iter().filter(|line| line.starts_with(key)).cloned().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn events_of_one_key_are_handled_in_order_and_never_overlap() {
    let Some(stage) = Stage::boot("order").await else { return };
    for number in 0..20 {
        for key in ["a", "b"] {
            let takes = if number % 3 == 0 { 4 } else { 0 };
            let event = job(format!("{key}/{number:02}"), 0, takes);
            stage.bus.publish_with(event, PublishOptions::new().key(key)).await.unwrap();
        }
    }
    let done = stage.lines("done", 40).await;
    for key in ["a", "b"] {
        let expected: Vec<String> = (0..20).map(|number| format!("{key}/{number:02}")).collect();
        assert_eq!(of_key(&done, key), expected);
    }
    assert_eq!(stage.page.overlaps(), Vec::<String>::new());
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_event_keeps_its_place_and_other_keys_flow_meanwhile() {
    let Some(stage) = Stage::boot("order_retries").await else { return };
    stage.bus.publish_with(job("a/0".into(), 2, 0), PublishOptions::new().key("a")).await.unwrap();
    stage.bus.publish_with(job("a/1".into(), 0, 0), PublishOptions::new().key("a")).await.unwrap();
    for number in 0..5 {
        stage.bus.publish_with(job(format!("b/{number}"), 0, 0), PublishOptions::new().key("b")).await.unwrap();
        stage.bus.publish(job(format!("c{number}"), 0, 0)).await.unwrap();
    }
    let done = stage.lines("done", 12).await;
    assert_eq!(of_key(&done, "a"), ["a/0", "a/1"]);
    assert_eq!(of_key(&done, "b"), ["b/0", "b/1", "b/2", "b/3", "b/4"]);
    // a/0 waits 40 ms and 80 ms between its attempts; the others do not wait for it.
    assert_eq!(done[10..], ["a/0".to_owned(), "a/1".to_owned()]);
    assert_eq!(stage.page.overlaps(), Vec::<String>::new());
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failing_event_without_a_key_holds_back_nothing() {
    let Some(stage) = Stage::boot("no_head_of_line").await else { return };
    stage.bus.publish(job("slow".into(), 2, 0)).await.unwrap();
    for number in 0..5 {
        stage.bus.publish(job(format!("next{number}"), 0, 0)).await.unwrap();
    }
    let done = stage.lines("done", 6).await;
    assert_eq!(done[5], "slow");
    stage.stop().await;
}
