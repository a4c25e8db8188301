//! Tools that drop in, in an application: a fake is what tests get, its errors say what the bus does with a delivery,
//! and what is delivered twice is one mail.

#![allow(
    unreachable_pub,
    missing_docs,
    missing_debug_implementations,
    reason = "an application's files are written as in a project of their own"
)]
#![allow(clippy::unwrap_used, clippy::pedantic, reason = "the same")]

microcore::app! { auth: Jwt, fetch: Http, mail: Folder, storage: Local, alerts: mail::Folder, reports: db::Sqlite }

use std::fs;

use microcore::testing::{Running, boot};
use prelude::*;
use serde_json::json;

#[microcore::test]
async fn a_mail_goes_to_whoever_registers(app: Running<App>, bus: Bus, mail: Mail) {
    app.post("/people?email=ada@example.com", json!(null)).await;
    bus.settled().await;
    assert_eq!(mail.sent().len(), 1);
    app.stop().await;
}

#[microcore::test]
async fn a_server_that_is_away_is_asked_again(app: Running<App>, bus: Bus, mail: Mail) {
    mail.goes_down();
    mail.goes_down();
    app.post("/people?email=ada@example.com", json!(null)).await;
    bus.settled().await;
    assert_eq!(mail.sent().len(), 1);
    assert!(bus.published::<DeliveryFailed>().is_empty());
    app.stop().await;
}

#[microcore::test]
async fn a_mail_that_is_refused_for_good_is_not_tried_again(app: Running<App>, bus: Bus, mail: Mail) {
    mail.refuses("550 no such user");
    app.post("/people?email=ada@example.com", json!(null)).await;
    bus.settled().await;
    assert!(mail.sent().is_empty());
    let failed = bus.published::<DeliveryFailed>();
    assert_eq!(failed.len(), 1);
    assert_eq!(failed[0].attempts, 1, "it has three more");
    assert!(failed[0].error.contains("no such user"), "{}", failed[0].error);
    app.stop().await;
}

#[microcore::test]
async fn what_is_delivered_twice_is_one_mail() {
    let folder = tempfile::tempdir().unwrap();
    let mails = || {
        let files = fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().path());
        files.filter(|path| path.extension().is_some_and(|extension| extension == "eml")).count()
    };
    let boot = boot::<App>().with("MAIL_FOLDER", folder.path().to_str().unwrap()).real("mail");
    let app = Running::<App>::boot(&boot).await.unwrap();
    let bus = app.app().__tools().bus.running().unwrap().clone();
    for _ in 0..2 {
        bus.publish(InvoiceDue { email: "ada@example.com".to_owned() }).await.unwrap();
        bus.settled().await;
    }
    assert_eq!(mails(), 2, "two events are two mails, and the repetition is none");
    app.stop().await;
}

#[microcore::test]
async fn each_instance_of_a_tool_has_settings_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let boot = boot::<App>().with("MAIL_FOLDER", &place("mails")).with("ALERTS_FOLDER", &place("alerts"));
    let app = Running::<App>::boot(&boot.clone().real("mail").real("alerts")).await.unwrap();
    assert_eq!(app.post("/alarms?what=fire", json!(null)).await.data(), 1);
    let subject = |name: &str| {
        let mails = fs::read_dir(place(name)).unwrap().map(|file| file.unwrap().path());
        let mails = mails.filter(|path| path.extension().is_some_and(|extension| extension == "eml"));
        let texts: Vec<String> = mails.map(|path| fs::read_to_string(path).unwrap()).collect();
        assert_eq!(texts.len(), 1, "{texts:?}");
        texts[0].lines().find_map(|line| line.strip_prefix("Subject: ")).unwrap().to_owned()
    };
    assert_eq!((subject("alerts").as_str(), subject("mails").as_str()), ("fire", "We know"));
    app.stop().await;

    let keys = |tool: &str| {
        let tools = <App as microcore::application::Application>::MANIFEST.tools;
        tools.iter().find(|one| one.name == tool).unwrap().settings
    };
    let alerts: Vec<&str> = keys("alerts").iter().map(|key| key.name).collect();
    assert!(alerts.contains(&"ALERTS_FOLDER") && alerts.iter().all(|name| name.starts_with("ALERTS_")), "{alerts:?}");
    let path = keys("reports").iter().find(|key| key.name == "REPORTS_PATH").unwrap();
    assert_eq!(path.default, Some("reports_app.db"), "never the file of `db`");

    let wrong = boot.with("REPORTS_READERS", "many").with("DB_WAIT", "2s");
    let refused = Running::<App>::boot(&wrong).await.err().unwrap().to_string();
    assert_eq!(refused, "REPORTS_READERS must be a whole number, not `many`");
}

#[microcore::test]
async fn an_address_shows_the_file_it_was_made_for(app: Running<App>, storage: Storage) {
    let made = app.put("/pictures/ada%20l.png", json!(null)).await;
    let link = made.data().as_str().unwrap().to_owned();
    assert!(link.starts_with("/files/pictures/ada%20l.png?expires="), "{link}");
    let shown = app.get(&link).await;
    assert_eq!((shown.status.as_u16(), &shown.body[..]), (200, &b"null"[..]));
    assert_eq!(shown.headers["content-type"], "image/png");
    assert_eq!(app.get(&link.replace("ada", "eve")).await.status, 404);
    assert_eq!(app.get(&format!("{link}0")).await.status, 404);
    storage.goes_down();
    assert_eq!(app.get(&link).await.status, 503);
    app.stop().await;
}

#[microcore::test]
async fn an_address_for_an_upload_takes_one_file(app: Running<App>, storage: Storage) {
    let link = app.post("/pictures/ada.png/upload", json!(null)).await.data().as_str().unwrap().to_owned();
    assert_eq!(app.put(&link, json!("png")).await.status, 204);
    assert_eq!(storage.get("pictures/ada.png").await.unwrap().unwrap().bytes, "\"png\"");
    assert_eq!(app.put(&link.replace("ada", "eve"), json!("png")).await.status, 403);
    assert_eq!(app.get(&link).await.status, 404, "it is none to read by");
    app.stop().await;
}

#[microcore::test]
async fn a_call_is_part_of_the_callers_trace(app: Running<App>, fetch: Fetch) {
    let url = "https://rates.example.com/latest?base=eur";
    fetch.when("GET", url).answer(200, r#"{"usd": 1.1}"#).answer(503, "slowly");
    let traced = app.with_header("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    assert_eq!(traced.get("/rates/eur").await.data(), 1.1);
    let sent = fetch.sent()[0].headers["traceparent"].to_str().unwrap().to_owned();
    assert!(sent.starts_with("00-0af7651916cd43dd8448eb211c80319c-") && !sent.contains("b7ad6b7169203331"), "{sent}");
    let failed = app.get("/rates/eur").await;
    assert_eq!((failed.status.as_u16(), failed.error()["code"].as_str()), (503, Some("unavailable")));
    assert_eq!(app.get("/rates/gbp").await.status, 500, "what was not scripted is refused");
    app.stop().await;
}

#[microcore::test]
async fn what_is_raised_is_told_to_each_endpoint_once(app: Running<App>, bus: Bus, fetch: Fetch) {
    for host in ["a", "b"] {
        let added = app.post("/webhooks", json!({"url": format!("https://{host}.example/hook")})).await;
        assert_eq!(added.status, 201);
        fetch.when("POST", &format!("https://{host}.example/hook")).answer(204, "");
    }
    let raised = WebhookRaised { name: "invoice.paid".to_owned(), data: r#"{"invoice": 42}"#.to_owned() };
    bus.publish(raised).await.unwrap();
    bus.settled().await;
    // What is published in a transaction is handed on behind its commit, which `settled` does not know of.
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
    while fetch.sent().len() < 2 {
        assert!(std::time::Instant::now() < deadline, "nobody was told");
        tokio::task::yield_now().await;
    }
    bus.settled().await;
    let sent = fetch.sent();
    assert_eq!(sent.len(), 2);
    assert_eq!(sent[0].headers["webhook-id"], sent[1].headers["webhook-id"], "one message, told twice");
    let body: serde_json::Value = serde_json::from_slice(&sent[0].body).unwrap();
    assert_eq!((&body["type"], &body["data"]["invoice"]), (&json!("invoice.paid"), &json!(42)));
    let listed = app.get("/webhooks").await.data();
    assert_eq!(listed.as_array().unwrap().len(), 2);
    assert!(!listed.to_string().contains("whsec_"), "a secret is shown once");
    let id = listed[0]["id"].as_str().unwrap().replace('+', "%2B").replace('/', "%2F");
    let rotated = app.post(&format!("/webhooks/secret?id={id}"), json!(null)).await;
    assert!(rotated.data()["secret"].as_str().unwrap().starts_with("whsec_"));
    assert_eq!(app.delete(&format!("/webhooks?id={id}")).await.status, 204);
    assert_eq!(app.delete(&format!("/webhooks?id={id}")).await.status, 404);
    app.stop().await;
}
