//! Publishing and hearing: copies, envelopes, causes, emitters.

use microcore::event::Ending;

use super::stage::Stage;
use crate::domains::yard::events::{Note, Order, Task};

#[tokio::test(flavor = "multi_thread")]
async fn every_subscriber_gets_a_copy_and_the_inline_one_before_publish_returns() {
    let Some(stage) = Stage::boot("copies").await else { return };
    stage.bus.publish(Note { name: "a".into(), fails: false }).await.unwrap();
    assert_eq!(stage.page.all("counted"), ["a"]);
    assert_eq!(stage.lines("read", 1).await, ["a"]);
    assert_eq!(stage.lines("kept", 1).await, ["a"]);
    stage.bus.settled().await;
    assert_eq!((stage.page.all("read").len(), stage.page.all("kept").len()), (1, 1));
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plain_function_runs_off_the_event_loop_and_keeps_the_context() {
    let Some(stage) = Stage::boot("plain_function").await else { return };
    stage.bus.publish(Note { name: "a".into(), fails: false }).await.unwrap();
    assert_eq!(stage.lines("context of read", 1).await, ["yard.note"]);
    let here = std::thread::current().name().map(ToOwned::to_owned);
    assert_ne!(stage.page.all("thread of read")[0], here.unwrap_or_default());
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_envelope_names_emitter_parent_and_correlation_and_nobody_can_forge_them() {
    let Some(stage) = Stage::boot("envelope").await else { return };
    stage.bus.publish(Order { steps: 2 }).await.unwrap();
    stage.bus.settled().await;
    let order: Vec<String> = stage.page.all("order")[0].split(' ').map(ToOwned::to_owned).collect();
    let steps = stage.page.all("step");
    assert_eq!(steps.len(), 3);
    let mut parent = order[0].clone();
    for step in steps {
        let step: Vec<&str> = step.split(' ').collect();
        assert_eq!((step[1], step[2]), (parent.as_str(), order[0].as_str()), "parent and correlation");
        step[0].clone_into(&mut parent);
    }
    // The handle knows whose it is: there is no argument to name another emitter with.
    let emitters: Vec<_> = stage.bus.trace().into_iter().filter(|record| record.event == "yard.step").collect();
    assert!(emitters.iter().all(|record| record.emitter.as_deref() == Some("yard.foreman")), "{emitters:?}");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_trace_keeps_publishes_and_attempts_with_their_timings() {
    let Some(stage) = Stage::boot("trace").await else { return };
    stage.bus.publish(Task { name: "a".into(), fails: 1, takes: 5 }).await.unwrap();
    stage.bus.settled().await;
    let trace = stage.bus.trace();
    let job: Vec<_> = trace.iter().filter(|record| record.event == "yard.job").collect();
    let endings: Vec<_> = job.iter().map(|record| (record.attempt, record.ending)).collect();
    assert_eq!(endings, [(0, Ending::Published), (1, Ending::Failed), (2, Ending::Delivered)]);
    assert!(job[1..].iter().all(|record| record.micros >= 5_000), "{job:?}");
    assert!(job[1..].iter().all(|record| record.subscriber.as_deref() == Some("yard.worker.run")));
    assert_eq!(job[0].emitter.as_deref(), Some("yard.gate"));
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_publishers_of_a_test_are_remembered_and_its_cascade_settles() {
    let Some(stage) = Stage::boot("settled").await else { return };
    stage.bus.publish(Order { steps: 20 }).await.unwrap();
    stage.bus.settled().await;
    assert_eq!(stage.page.all("step").len(), 21);
    assert_eq!(stage.bus.published::<crate::domains::yard::events::Step>().len(), 21);
    assert_eq!(stage.bus.in_flight(), 0);
    stage.stop().await;
}
