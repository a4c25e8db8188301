//! A graceful stop delivers what was accepted, or leaves it in the store.

use super::stage::{Stage, until_async};
use crate::domains::yard::events::{Freight, Order, Task};

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_loses_no_accepted_event() {
    let Some(stage) = Stage::boot("stop").await else { return };
    for number in 0..50 {
        stage.bus.publish(Task { name: format!("{number}"), fails: 0, takes: 3 }).await.unwrap();
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
async fn handlers_that_outlast_the_drain_go_to_the_next_process_at_once_and_nothing_is_lost() {
    // Within the process the drain is long enough: what it cuts is lost there. A lease would outlast the test.
    let drain = if crate::mount::KEEPS { "50ms" } else { "60s" };
    let settings = [("STOP_EVENTS", drain), ("BUS_CONCURRENCY", "4"), ("BUS_LEASE", "1h")];
    let Some(stage) = Stage::boot_with("stop_cut", &settings).await else { return };
    let names: Vec<String> = (10..30).map(|number| number.to_string()).collect();
    for name in &names {
        stage.bus.publish(Freight { name: name.clone() }).await.unwrap();
    }
    let hooked = stage.lines("hooked", 4).await;
    let page = std::sync::Arc::clone(&stage.page);
    if crate::mount::KEEPS {
        stage.stop().await;
        assert!(page.all("lifted").is_empty(), "four were cut, and no other began");
        assert_eq!(page.all("hooked"), hooked);
        page.let_go(names.len());
        let Some(again) = Stage::boot_with("stop_cut", &settings).await else { return };
        again.lines("lifted", names.len()).await;
        again.bus.settled().await;
        assert!(again.bus.dead_letters(10).await.unwrap().is_empty());
        again.stop().await;
        assert_eq!(page.all("hooked").len(), names.len() + 4, "only those that were cut began again");
    } else {
        page.let_go(names.len());
        stage.stop().await;
    }
    let mut lifted = page.all("lifted");
    lifted.sort_unstable();
    assert_eq!(lifted, names);
    assert!(page.all("hooked").iter().all(|line| line.ends_with(" 1")), "an attempt that was cut does not count");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_process_gives_back_at_its_stop_another_takes_at_once() {
    if !crate::mount::KEEPS {
        return;
    }
    let short = [("STOP_EVENTS", "50ms"), ("BUS_CONCURRENCY", "2"), ("BUS_LEASE", "1h")];
    let Some(first) = Stage::boot_with("stop_fleet", &short).await else { return };
    for name in ["a", "b"] {
        first.bus.publish(Freight { name: name.into() }).await.unwrap();
    }
    first.lines("hooked", 2).await;
    // A second process on the same store; nobody tells it of what the first gives back.
    let store = crate::mount::settings("stop_fleet").await.unwrap();
    let mut settings = vec![("BUS_LEASE", "1h"), ("PAGE", "stop_fleet_two")];
    settings.extend(store.iter().map(|(key, value)| (key.as_str(), value.as_str())));
    let Some(second) = Stage::boot_with("stop_fleet_two", &settings).await else { return };
    first.stop().await;
    second.page.let_go(2);
    let mut lifted = second.lines("lifted", 2).await;
    lifted.sort_unstable();
    assert_eq!(lifted, ["a", "b"]);
    until_async("nothing to be left", || async {
        second.bus.status().await.unwrap().iter().all(|status| status.lag + status.in_flight == 0)
    })
    .await;
    second.stop().await;
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
    stage.bus.publish_with(Task { name: "later".into(), ..Task::default() }, delay).await.unwrap();
    stage.stop().await;
    let Some(again) = Stage::boot("stop_delayed").await else { return };
    assert_eq!(again.lines("done", 1).await, ["later"]);
    again.stop().await;
}
