//! Requests: a direct call of the one responder on every transport.

use std::sync::Arc;
use std::time::Duration;

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
    assert_eq!(error.to_string(), "person nobody not found");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_answer_is_a_timeout_and_its_responder_runs_to_the_end() {
    let Some(stage) = Stage::boot("request_late").await else { return };
    let error = stage.bus.request_within(asked("late"), Duration::from_millis(50)).await.unwrap_err();
    assert!(error.to_string().contains("not answered within 50ms"), "{}", error.to_string());
    assert_eq!(error.status(), 503, "a later try may be answered");
    assert_eq!(stage.bus.in_flight(), 1);
    assert!(stage.page.all("answered").is_empty());
    stage.page.let_go(1);
    assert_eq!(stage.lines("answered", 1).await, ["yard.ask"]);
    stage.bus.settled().await;
    assert_eq!(stage.bus.in_flight(), 0);
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_wait_for_an_answer_cuts_nothing_and_a_stop_waits_for_it() {
    let Some(stage) = Stage::boot("request_left").await else { return };
    {
        let request = std::pin::pin!(stage.bus.request(asked("late")));
        let begun = stage.lines("asked", 1);
        tokio::select! {
            _ = request => panic!("nobody lets it answer"),
            asked = begun => assert_eq!(asked, ["late"]),
        }
    }
    let page = Arc::clone(&stage.page);
    let stopped = tokio::spawn(stage.stop());
    assert!(page.all("answered").is_empty());
    page.let_go(1);
    stopped.await.unwrap();
    assert_eq!(page.all("answered"), ["yard.ask"]);
}
