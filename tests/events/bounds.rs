//! Within the process: bounded queues, back-pressure, the test clock.

use std::time::Duration;

use microcore::prelude::PublishOptions;
use microcore::testing::{Running, boot};
use microcore::tools::bus::BusError;

use crate::App;
use crate::battery::stage::{until, until_async};
use crate::domains::yard::events::{Freight, Order, Poison, Step, Task};
use crate::tools::log::page;

async fn booted(name: &str, settings: &[(&str, &str)]) -> (Running<App>, crate::prelude::Bus) {
    let mut circumstances = boot::<App>();
    circumstances.environment = circumstances.environment.with("PAGE", name).with("BUS_PAUSE_AFTER", "0");
    for (key, value) in settings {
        circumstances.environment = circumstances.environment.with(*key, *value);
    }
    let app = Running::boot(&circumstances).await.expect("the application boots");
    (app, page(name).bus())
}

fn job(name: &str, takes: u64) -> Task {
    Task { name: name.into(), fails: 0, takes }
}

#[microcore::test]
async fn a_full_queue_makes_publishers_wait_and_then_refuses_them() {
    let settings = [("BUS_CAPACITY", "2"), ("BUS_CONCURRENCY", "1"), ("BUS_PUBLISH_WAIT", "1s")];
    let (_app, bus) = booted("full", &settings).await;
    tokio::time::pause();
    bus.publish(job("a", 10_000)).await.unwrap();
    bus.publish(job("b", 0)).await.unwrap();
    let refused = bus.publish(job("c", 0)).await.unwrap_err();
    assert!(matches!(refused, BusError::Full { event: "yard.job", subscriber: "yard.worker.run", .. }), "{refused}");
    tokio::time::sleep(Duration::from_millis(8_500)).await;
    // Within a second "a" is done, and there is room.
    bus.publish(job("d", 0)).await.unwrap();
    bus.settled().await;
    assert_eq!(page("full").all("done"), ["a", "b", "d"]);
}

#[microcore::test]
async fn a_long_delay_and_a_long_backoff_take_no_time_on_the_test_clock() {
    let (_app, bus) = booted("clock", &[]).await;
    tokio::time::pause();
    let started = (tokio::time::Instant::now(), std::time::Instant::now());
    let delay = PublishOptions::new().delay(Duration::from_secs(24 * 3600));
    bus.publish_with(Task { name: "tomorrow".into(), fails: 1, takes: 0 }, delay).await.unwrap();
    bus.settled().await;
    assert_eq!(page("clock").all("done"), ["tomorrow"]);
    assert!(started.0.elapsed() >= Duration::from_secs(24 * 3600));
    assert!(started.1.elapsed() < Duration::from_secs(60));
}

#[microcore::test]
async fn higher_priority_goes_first_where_several_wait() {
    let (_app, bus) = booted("priority", &[("BUS_CONCURRENCY", "1")]).await;
    tokio::time::pause();
    bus.publish(job("first", 100)).await.unwrap();
    for (name, priority) in [("low", -1), ("middle", 0), ("high", 7)] {
        bus.publish_with(job(name, 0), PublishOptions::new().priority(priority)).await.unwrap();
    }
    bus.settled().await;
    assert_eq!(page("priority").all("done"), ["first", "high", "middle", "low"]);
}

#[microcore::test]
async fn a_paused_subscriber_holds_up_no_publisher_and_what_does_not_fit_is_a_dead_letter() {
    let settings = [("BUS_CAPACITY", "2"), ("BUS_PAUSE_AFTER", "1"), ("BUS_PAUSE", "60s")];
    let (_app, bus) = booted("paused_full", &settings).await;
    let page = page("paused_full");
    tokio::time::pause();
    *page.poisonous.lock().unwrap() = true;
    let poison = |name: &str| Poison { name: name.into() };
    bus.publish(poison("a")).await.unwrap();
    while page.all("paused").is_empty() {
        tokio::task::yield_now().await;
    }
    let started = tokio::time::Instant::now();
    for name in ["b", "c", "d", "e"] {
        bus.publish(poison(name)).await.unwrap();
    }
    assert!(started.elapsed() < Duration::from_secs(1), "nobody waited");
    *page.poisonous.lock().unwrap() = false;
    bus.settled().await;
    assert_eq!(page.all("tasted"), ["a", "b", "c"]);
    let dead = bus.dead_letters(10).await.unwrap();
    assert_eq!(dead.len(), 3, "the first, and two that did not fit");
    assert!(dead[1..].iter().all(|letter| letter.attempts == 0 && letter.error.contains("paused")));
}

#[microcore::test]
async fn a_stop_with_a_delayed_event_says_that_it_is_lost_and_does_not_wait_for_it() {
    let (app, bus) = booted("stop_delayed", &[("STOP_EVENTS", "60s"), ("STOP_TIMEOUT", "90s")]).await;
    let delay = PublishOptions::new().delay(Duration::from_secs(3600));
    bus.publish_with(job("tomorrow", 0), delay).await.unwrap();
    let started = std::time::Instant::now();
    app.stop().await;
    assert!(started.elapsed() < Duration::from_secs(30), "{:?}", started.elapsed());
    let dead = bus.dead_letters(10).await.unwrap();
    assert_eq!((dead.len(), dead[0].attempts), (1, 0));
}

#[microcore::test]
async fn an_event_of_a_transaction_goes_to_all_its_subscribers_or_to_none_yet() {
    let (_app, bus) = booted("handed_on", &[("BUS_CAPACITY", "1"), ("BUS_PUBLISH_WAIT", "10ms")]).await;
    let (page, db) = (page("handed_on"), page("handed_on").db());
    bus.publish(Freight { name: "a".into() }).await.unwrap();
    until("the first to hang", || page.all("hooked").len() == 1 && page.all("weighed").len() == 1).await;
    db.transaction(async |tx| tx.publish(Freight { name: "b".into() }).await).await.unwrap();
    // Who lifts is full, who weighs is not. The relay takes its turn a second time when it was refused the first time.
    let before: i64 = db.query_scalar("SELECT beat FROM _microcore_relay", ()).await.unwrap();
    until_async("a second try", || async {
        db.query_scalar::<i64>("SELECT beat FROM _microcore_relay", ()).await.unwrap() >= before + 2
    })
    .await;
    assert_eq!(page.all("weighed"), ["a"]);
    page.let_go(2);
    until("both to be lifted", || page.all("lifted") == ["a", "b"]).await;
    bus.settled().await;
    assert_eq!(page.all("weighed"), ["a", "b"]);
}

#[microcore::test]
async fn a_scenario_waits_for_all_that_follows_and_asks_what_was_published() {
    let (_app, bus) = booted("scenario", &[]).await;
    let story = bus.scenario().publish(Order { steps: 3 }).await.unwrap();
    story.expect::<Step>(|step| step.left == 3).expect::<Step>(|step| step.left == 0).expect_none::<Poison>();
}
