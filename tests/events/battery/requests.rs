//! Requests: a direct call of the one responder on every transport.

use std::time::{Duration, Instant};

use super::stage::Stage;
use crate::domains::yard::events::Asked;

fn asked(name: &str) -> Asked {
    Asked { name: name.into() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_answered_and_leaves_nothing_behind() {
    let Some(stage) = Stage::boot("request").await else { return };
    assert_eq!(stage.bus.request(asked("ana")).await.unwrap(), "hello ana");
    assert_eq!(stage.page.all("asked"), ["ana"]);
    assert_eq!(stage.bus.in_flight(), 0);
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_responders_own_error_reaches_the_caller() {
    let Some(stage) = Stage::boot("request_error").await else { return };
    let error = stage.bus.request(asked("nobody")).await.unwrap_err();
    assert_eq!(error.chain(), "person nobody not found");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_answer_is_a_timeout() {
    let Some(stage) = Stage::boot("request_late").await else { return };
    let started = Instant::now();
    let error = stage.bus.request_within(asked("late"), Duration::from_millis(50)).await.unwrap_err();
    assert!(error.chain().contains("not answered within 50ms"), "{}", error.chain());
    assert!(started.elapsed() < Duration::from_secs(5));
    stage.stop().await;
}
