//! Guests that come, change and go while the application serves.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::folder::{Folder, Language, last_error, status, until};

pub async fn a_guest_is_dropped_in_replaced_and_removed(language: Language) {
    let folder = Folder::new();
    let app = folder.boot().await;
    assert_eq!(app.get("/version").await.status, 404);
    folder.install(language, "guest", |manifest| manifest);
    until("the guest answers", async || app.get("/version").await.status == 200).await;
    // The same files in another folder have the same routes.
    folder.install(language, "twin", |manifest| manifest);
    until("the clash is told", async || last_error(&app, "shop.twin").contains("is a route of the guest shop.guest"))
        .await;
    folder.install(language, "guest", |manifest| manifest.replace("/version", "/edition"));
    until("the new route is there", async || app.get("/edition").await.status == 200).await;
    assert_eq!(app.get("/version").await.status, 404, "and the old one has gone");
    assert_eq!(status(&app, "shop.guest").unwrap().generation, 2);
    fs::remove_dir_all(folder.path("shop/guest")).unwrap();
    until("its routes have gone", async || app.get("/edition").await.status == 404).await;
    assert_eq!(app.get("/people/7").await.data(), 7);
    app.stop().await;
}

pub async fn a_half_written_guest_changes_nothing(language: Language) {
    let folder = Folder::new();
    folder.install(language, "guest", |manifest| manifest);
    let app = folder.boot().await;
    let path = folder.path("shop/guest/plugin.toml");
    let whole = fs::read_to_string(&path).unwrap();
    fs::write(&path, &whole[..whole.find("[limits]").unwrap() + 4]).unwrap();
    until("it is told", async || last_error(&app, "shop.guest").contains("shop/guest/plugin.toml:")).await;
    let answer = app.get("/version").await;
    assert_eq!((answer.status.as_u16(), status(&app, "shop.guest").unwrap().generation), (200, 1), "the old one stays");
    fs::write(&path, whole + "\n").unwrap();
    until("the whole one is loaded", async || status(&app, "shop.guest").unwrap().generation == 2).await;
    assert_eq!(app.get("/version").await.status, 200);
    app.stop().await;
}

/// How often: `SIDECARS_REPLACED=100` is the long run.
pub async fn no_request_fails_while_a_guest_is_replaced(language: Language) {
    let times: u64 = std::env::var("SIDECARS_REPLACED").ok().and_then(|times| times.parse().ok()).unwrap_or(3);
    let folder = Folder::new();
    folder.install(language, "guest", |manifest| manifest);
    let app = Arc::new(folder.boot().await);
    let (ends, answered) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let clients: Vec<_> = (0..4)
        .map(|_| {
            let (app, ends, answered) = (Arc::clone(&app), Arc::clone(&ends), Arc::clone(&answered));
            tokio::spawn(async move {
                while !ends.load(Ordering::Relaxed) {
                    let answer = app.get("/echo/x").await;
                    assert_eq!(answer.status, 200, "{:?}", answer.body);
                    answered.fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect();
    for time in 0..times {
        folder.install(language, "guest", |manifest| format!("{manifest}# {time}\n"));
        until("the new one is loaded", async || status(&app, "shop.guest").unwrap().generation == time + 2).await;
        // Each generation has work to do.
        let before = answered.load(Ordering::Relaxed);
        until("it answers", async || answered.load(Ordering::Relaxed) > before + 8).await;
    }
    ends.store(true, Ordering::Relaxed);
    for client in clients {
        client.await.unwrap();
    }
    println!("{times} times replaced, {} answered", answered.load(Ordering::Relaxed));
    Arc::into_inner(app).unwrap().stop().await;
}
