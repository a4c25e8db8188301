//! What a process holds is its own for as long as it lives, and goes to another when it is gone. Only transports that
//! outlive a process have leases.

use std::sync::mpsc;

use super::stage::{Stage, until};
use crate::domains::yard::events::{Freight, Task};
use crate::tools::log::page;

/// The same store under another name, so that it is another process to the first.
async fn beside(first: &str, name: &str, lease: &str) -> Option<Stage> {
    let store = crate::mount::settings(first).await?;
    let mut settings = vec![("BUS_LEASE", lease), ("PAGE", name)];
    settings.extend(store.iter().map(|(key, value)| (key.as_str(), value.as_str())));
    Stage::boot_with(name, &settings).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_handler_that_blocks_every_worker_for_longer_than_its_lease_is_not_taken_over() {
    if !crate::mount::KEEPS {
        return;
    }
    let Some(first) = Stage::boot_with("stubborn", &[("BUS_LEASE", "600ms"), ("BUS_CONCURRENCY", "1")]).await else {
        return;
    };
    first.bus.publish(Task { name: "stubborn".into(), fails: 0, takes: 2_500 }).await.unwrap();
    first.lines("begin", 1).await;
    // The other watches from a runtime of its own: this one stands still.
    let (end, ends) = mpsc::channel::<()>();
    let other = std::thread::spawn(move || {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let other = beside("stubborn", "stubborn_two", "600ms").await.unwrap();
            tokio::task::spawn_blocking(move || ends.recv()).await.unwrap().unwrap();
            other.stop().await;
        });
    });
    first.lines("done", 1).await;
    end.send(()).unwrap();
    other.join().unwrap();
    assert_eq!(first.page.all("begin"), ["stubborn"]);
    assert!(page("stubborn_two").all("begin").is_empty(), "nobody took it over");
    first.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_lives_keeps_what_it_holds_over_many_leases() {
    if !crate::mount::KEEPS {
        return;
    }
    let Some(first) = Stage::boot_with("keeps", &[("BUS_LEASE", "200ms")]).await else { return };
    first.bus.publish(Freight { name: "a".into() }).await.unwrap();
    first.lines("hooked", 1).await;
    let Some(second) = beside("keeps", "keeps_two", "200ms").await else { return };
    let begun = std::time::Instant::now();
    until("ten leases to pass", || begun.elapsed().as_millis() > 2_000).await;
    first.page.let_go(1);
    first.lines("lifted", 1).await;
    first.bus.settled().await;
    assert_eq!(first.page.all("hooked"), ["a 1"]);
    assert!(second.page.all("hooked").is_empty());
    first.stop().await;
    second.stop().await;
}
