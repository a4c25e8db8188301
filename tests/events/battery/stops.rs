//! A graceful stop delivers what was accepted, or leaves it in the store.

use super::stage::Stage;
use crate::domains::yard::events::{Job, Order};

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_loses_no_accepted_event() {
    let Some(stage) = Stage::boot("stop").await else { return };
    for number in 0..50 {
        stage.bus.publish(Job { name: format!("{number}"), fails: 0, takes: 3 }).await.unwrap();
    }
    let page = std::sync::Arc::clone(&stage.page);
    stage.stop().await;
    if crate::mount::KEEPS {
        // What was not delivered is in the store, and comes after a restart.
        let Some(again) = Stage::boot("stop").await else { return };
        again.lines("done", 50).await;
        again.bus.settled().await;
        again.stop().await;
    }
    assert_eq!(page.all("done").len(), 50);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_deliveries_publish_during_a_stop_is_delivered_too() {
    let Some(stage) = Stage::boot("stop_cascade").await else { return };
    stage.bus.publish(Order { steps: 5 }).await.unwrap();
    let page = std::sync::Arc::clone(&stage.page);
    stage.stop().await;
    if crate::mount::KEEPS {
        let Some(again) = Stage::boot("stop_cascade").await else { return };
        again.lines("step", 6).await;
        again.stop().await;
    }
    assert_eq!(page.all("step").len(), 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delayed_event_survives_a_stop_where_the_transport_keeps_events() {
    if !crate::mount::KEEPS {
        return;
    }
    let Some(stage) = Stage::boot("stop_delayed").await else { return };
    let delay = microcore::prelude::PublishOptions::new().delay(std::time::Duration::from_millis(400));
    stage.bus.publish_with(Job { name: "later".into(), ..Job::default() }, delay).await.unwrap();
    stage.stop().await;
    let Some(again) = Stage::boot("stop_delayed").await else { return };
    assert_eq!(again.lines("done", 1).await, ["later"]);
    again.stop().await;
}
