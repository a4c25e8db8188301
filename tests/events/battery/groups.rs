//! Groups share, broadcasts spread.

use tokio::sync::Mutex;

use super::stage::Stage;
use crate::domains::yard::events::{Bell, CrateMoved, Load};

/// Whose turn it is, a group knows per process: cases that count turns go one after the other.
static TURNS: Mutex<()> = Mutex::const_new(());

#[tokio::test(flavor = "multi_thread")]
async fn two_members_of_a_group_share_the_events_in_turns() {
    let _alone = TURNS.lock().await;
    let Some(stage) = Stage::boot("group").await else { return };
    for number in 0..8 {
        stage.bus.publish(Load { number }).await.unwrap();
    }
    stage.bus.settled().await;
    let (first, second) = (stage.page.all("load first"), stage.page.all("load second"));
    assert_eq!((first.len(), second.len()), (4, 4));
    let mut all: Vec<u32> = first.iter().chain(&second).map(|number| number.parse().unwrap()).collect();
    all.sort_unstable();
    assert_eq!(all, (0..8).collect::<Vec<_>>());
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_groups_name_for_two_events_delivers_each_to_its_own_handler() {
    let _alone = TURNS.lock().await;
    let Some(stage) = Stage::boot("group_twice").await else { return };
    for number in 0..4 {
        stage.bus.publish(Load { number }).await.unwrap();
        stage.bus.publish(CrateMoved { number: number + 100 }).await.unwrap();
    }
    stage.bus.settled().await;
    let count = |what: &str| stage.page.all(what).len();
    assert_eq!((count("load first") + count("load second"), count("crate first") + count("crate second")), (4, 4));
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broadcast_reaches_its_subscriber() {
    let Some(stage) = Stage::boot("broadcast").await else { return };
    stage.bus.publish(Bell { number: 7 }).await.unwrap();
    assert_eq!(stage.lines("bell", 1).await, ["7"]);
    stage.stop().await;
}
