//! A trace that begins elsewhere goes on through every event that a request leads to.

use std::collections::BTreeSet;

use microcore::testing::Client;

use super::stage::Stage;

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

/// Everything that handlers would say to whom they call, once all is done.
async fn called(stage: &Stage, header: Option<&str>) -> Vec<String> {
    let client = Client::to(stage.app.address());
    let client = header.map_or(client.clone(), |header| client.with_header("traceparent", header));
    assert_eq!(client.post("/calls", serde_json::Value::Null).await.status, 202);
    let mut parents = stage.lines("parent of call", 1).await;
    for (what, count) in [("parent of order", 1), ("parent of step", 2), ("parent of job", 2)] {
        parents.extend(stage.lines(what, count).await);
    }
    stage.bus.settled().await;
    parents
}

#[tokio::test(flavor = "multi_thread")]
async fn a_callers_trace_goes_on_through_events_and_attempts() {
    for (name, flags) in [("traced", "01"), ("traced_and_not_sampled", "00")] {
        let Some(stage) = Stage::boot(name).await else { return };
        let parents = called(&stage, Some(&format!("00-{TRACE}-00f067aa0ba902b7-{flags}"))).await;
        for parent in &parents {
            assert!(
                parent.starts_with(&format!("00-{TRACE}-")) && parent.ends_with(&format!("-{flags}")),
                "{parents:?}"
            );
        }
        // The request, the order, two steps, two attempts at the job: each is a span of its own.
        assert_eq!((parents.len(), parents.iter().collect::<BTreeSet<_>>().len()), (6, 6), "{parents:?}");
        stage.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_caller_a_request_begins_a_trace_of_its_own() {
    let Some(stage) = Stage::boot("untraced").await else { return };
    let parents = called(&stage, None).await;
    let traces: BTreeSet<&str> = parents.iter().map(|parent| &parent[3..35]).collect();
    assert_eq!(traces.len(), 1, "{parents:?}");
    assert!(!traces.contains(TRACE) && parents.iter().all(|parent| parent.ends_with("-01")), "{parents:?}");
    stage.stop().await;
}
