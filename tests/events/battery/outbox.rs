//! The outbox and the inbox: an event that is part of a transaction, an effect that happens once.

use std::time::{Duration, Instant};

use microcore::context::Id;
use microcore::event::{Ending, Envelope};
use microcore::prelude::{Error, PublishOptions, Result};

use super::stage::Stage;
use crate::domains::yard::events::{Paid, Unheard};

fn paid(number: i64, fails: u32) -> Paid {
    Paid { number, fails }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_is_delivered_after_its_transaction_is_committed_and_never_where_it_is_rolled_back() {
    let Some(stage) = Stage::boot("outbox").await else { return };
    let (bus, db) = (stage.bus.clone(), stage.page.db());
    let committed = db.transaction(async |tx| {
        tx.publish(paid(1, 0)).await?;
        tx.execute("INSERT INTO effects (number) VALUES (100)", ()).await?;
        assert!(stage.page.all("booked").is_empty());
        Ok::<(), Error>(())
    });
    committed.await.unwrap();
    assert_eq!(stage.lines("booked", 1).await, ["1 true"]);
    let rolled_back: Result<()> = db
        .transaction(async |tx| {
            tx.publish(paid(2, 0)).await?;
            Err(Error::conflict("no"))
        })
        .await;
    rolled_back.unwrap_err();
    let headers = PublishOptions::new().header("tenant", "north");
    db.transaction(async |tx| bus.publish_in(tx, paid(3, 0), headers).await).await.unwrap();
    assert_eq!(stage.lines("booked", 2).await, ["1 true", "3 true"]);
    // It is deleted after it was handed on, so the handler may be faster.
    let started = Instant::now();
    while db.query_scalar::<i64>("SELECT count(*) FROM _microcore_outbox", ()).await.unwrap() > 0 {
        assert!(started.elapsed() < Duration::from_secs(20), "events stay in the outbox");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn events_of_one_transaction_and_key_are_handed_on_in_order() {
    let Some(stage) = Stage::boot("outbox_order").await else { return };
    let db = stage.page.db();
    for round in 0..5 {
        let kept = db.transaction(async |tx| {
            for number in 0..4 {
                let options = PublishOptions::new().key("k");
                tx.publish_with(paid(round * 10 + number, 0), options).await?;
            }
            Ok::<(), Error>(())
        });
        kept.await.unwrap();
    }
    let expected: Vec<String> =
        (0..5).flat_map(|round| (0..4).map(move |number| format!("{} true", round * 10 + number))).collect();
    assert_eq!(stage.lines("booked", 20).await, expected);
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_effect_in_the_handlers_transaction_happens_once_however_often_the_event_comes() {
    let Some(stage) = Stage::boot("inbox").await else { return };
    stage.bus.publish(paid(7, 2)).await.unwrap();
    assert_eq!(stage.lines("booked", 3).await, ["7 true", "7 false", "7 false"]);
    let count = stage.page.db().query_scalar::<i64>("SELECT count(*) FROM effects", ()).await.unwrap();
    assert_eq!(count, 1);
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_of_ones_own_is_the_events_and_the_second_of_one_id_is_heard_and_is_not_the_first_time() {
    let Some(stage) = Stage::boot("own_id").await else { return };
    let id = Id::make();
    for _ in 0..2 {
        stage.bus.publish_with(paid(8, 0), PublishOptions::new().id(id.clone())).await.unwrap();
        stage.bus.settled().await;
    }
    assert_eq!(stage.lines("booked", 2).await, ["8 true", "8 false"]);
    let published = stage.bus.trace().into_iter().filter(|record| record.subscriber.is_none() && record.id == id);
    assert_eq!(published.count(), 2);
    stage.bus.publish(paid(8, 0)).await.unwrap();
    assert_eq!(stage.lines("booked", 3).await[2], "8 true", "another id is another event");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_was_committed_before_a_stop_is_delivered_after_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app.db").display().to_string();
    let settings = [("DB_PATH", path.as_str())];
    let Some(stage) = Stage::boot_with("outbox_restart", &settings).await else { return };
    let db = stage.page.db();
    for number in 0..20 {
        db.transaction(async |tx| tx.publish(paid(number, 0)).await).await.unwrap();
    }
    stage.stop().await;
    let Some(again) = Stage::boot_with("outbox_restart", &settings).await else { return };
    again.lines("booked", 20).await;
    let count = again.page.db().query_scalar::<i64>("SELECT count(DISTINCT number) FROM effects", ()).await.unwrap();
    assert_eq!(count, 20);
    again.stop().await;
}

/// Keeps an event, as if that had been an hour ago.
async fn an_hour_ago(stage: &Stage, number: i64, options: PublishOptions) {
    let db = stage.page.db();
    let kept = db.transaction(async |tx| {
        tx.publish_with(paid(number, 0), options).await?;
        let newest = "SELECT max(kept) FROM _microcore_outbox";
        let kept = tx.query_scalar::<i64>(newest, ()).await?;
        let find = "SELECT envelope FROM _microcore_outbox WHERE kept = $1";
        let mut envelope: Envelope = serde_json::from_str(&tx.query_scalar::<String>(find, (kept,)).await?).unwrap();
        envelope.time -= 3_600_000;
        envelope.due = envelope.due.map(|due| due - 3_600_000);
        envelope.expires = envelope.expires.map(|expires| expires - 3_600_000);
        let envelope = serde_json::to_string(&envelope).unwrap();
        tx.execute("UPDATE _microcore_outbox SET envelope = $1 WHERE kept = $2", (envelope, kept)).await?;
        Ok::<(), Error>(())
    });
    kept.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn ttl_and_delay_go_on_while_an_event_is_in_the_outbox() {
    let Some(stage) = Stage::boot("outbox_time").await else { return };
    // One key, so that the last is handled after the others.
    let options = || PublishOptions::new().key("k");
    an_hour_ago(&stage, 1, options().ttl(Duration::from_secs(10))).await;
    an_hour_ago(&stage, 2, options().delay(Duration::from_secs(3600))).await;
    assert_eq!(stage.lines("booked", 1).await, ["2 true"]);
    an_hour_ago(&stage, 3, options()).await;
    assert_eq!(stage.lines("booked", 2).await, ["2 true", "3 true"]);
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_of_the_outbox_has_one_record_of_its_publishing_though_nobody_hears_it() {
    let Some(stage) = Stage::boot("outbox_trace").await else { return };
    let db = stage.page.db();
    let kept = db.transaction(async |tx| {
        tx.publish(Unheard { number: 1 }).await?;
        tx.publish(paid(1, 0)).await?;
        Ok::<(), Error>(())
    });
    kept.await.unwrap();
    stage.lines("booked", 1).await;
    stage.bus.settled().await;
    for event in ["yard.unheard", "yard.paid"] {
        let trace = stage.bus.trace();
        let published = trace.iter().filter(|record| record.event == event && record.ending == Ending::Published);
        assert_eq!(published.count(), 1, "{event}: {trace:?}");
    }
    stage.stop().await;
}
