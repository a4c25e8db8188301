//! What an application did, as `/metrics` tells it.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::OnceLock;

use microcore::settings::Environment;
use microcore_runtime::commands::{Exit, Surroundings, run};
use serde_json::json;

use crate::App;
use crate::wires::booted;

/// By a line's name and labels.
fn told(text: &str) -> BTreeMap<String, f64> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let pairs = lines.filter_map(|line| line.rsplit_once(' '));
    pairs.map(|(series, value)| (series.to_owned(), value.parse().expect("a value is a number"))).collect()
}

#[microcore::test]
async fn requests_events_and_statements_are_counted_under_the_names_of_the_source() {
    let app = booted("metrics", &[]).await;
    let scrape = async || told(str::from_utf8(&app.get("/metrics").await.body).expect("it is text"));
    let before = scrape().await;
    assert_eq!(app.post("/rows", json!({ "text": "a" })).await.status, 201);
    assert_eq!(app.post("/rows", json!({ "text": 7 })).await.status, 422);
    assert_eq!(app.get("/rows/never").await.status, 404);
    let hearer = "messaging_destination_name=\"row.stored\",messaging_consumer_group_name=\"archive.store_row.hear\"";
    let heard = format!("microcore_deliveries_total{{{hearer},outcome=\"delivered\"}}");
    let begun = std::time::Instant::now();
    let after = loop {
        let after = scrape().await;
        if after.get(&heard) > before.get(&heard) {
            break after;
        }
        assert!(begun.elapsed().as_secs() < 20, "waited in vain for {heard}: {after:?}");
    };
    // Other tests of this program are at work too: what they do is on top.
    for (series, least) in [
        (
            "http_server_requests_total{http_request_method=\"POST\",http_route=\"/rows\",http_response_status_code=\"201\"}",
            1.0,
        ),
        (
            "http_server_requests_total{http_request_method=\"POST\",http_route=\"/rows\",http_response_status_code=\"422\"}",
            1.0,
        ),
        ("http_server_requests_total{http_route=\"(no route)\",http_response_status_code=\"404\"}", 1.0),
        ("http_server_request_duration_seconds_count{http_request_method=\"POST\",http_route=\"/rows\"}", 2.0),
        ("messaging_client_sent_messages_total{messaging_destination_name=\"row.stored\"}", 1.0),
        (
            "microcore_statements_total{microcore_statement=\"INSERT INTO stored (text) VALUES ($1) RETURNING id\",\
             microcore_plugin=\"archive.store_row\",outcome=\"ok\"}",
            1.0,
        ),
        (
            "db_client_operation_duration_seconds_count{microcore_statement=\"INSERT INTO heard (id) VALUES ($1)\",\
             microcore_plugin=\"archive.store_row\"}",
            1.0,
        ),
        (&*format!("messaging_process_duration_seconds_count{{{hearer}}}"), 1.0),
        (&*format!("microcore_delivery_wait_seconds_count{{{hearer}}}"), 1.0),
    ] {
        let of = |told: &BTreeMap<String, f64>| told.get(series).copied().unwrap_or_default();
        assert!(of(&after) - of(&before) >= least, "{series}: {} and {}", of(&before), of(&after));
    }
    assert_eq!(after.get("microcore_plugin_up{plugin=\"archive.store_row\"}"), Some(&1.0));
    assert_eq!(after.get("microcore_tool_up{tool=\"db\"}"), Some(&1.0));
    app.stop().await;
}

#[microcore::test]
async fn top_shows_what_the_running_application_does() {
    static PORT: OnceLock<String> = OnceLock::new();
    let app = booted("top", &[]).await;
    PORT.set(app.address().port().to_string()).expect("one test sets it");
    assert_eq!(app.get("/rows/counts").await.status, 200);
    let top = async |line: &'static str| {
        let ran = tokio::task::spawn_blocking(move || {
            let (mut out, mut err) = (Vec::new(), Vec::new());
            let environment = || Ok(Environment::of([("HTTP_PORT", PORT.get().expect("it is set").as_str())]));
            let surroundings =
                Surroundings { folder: Path::new("/nowhere").to_owned(), environment, out: &mut out, err: &mut err };
            let exit = run::<App, _>(line.split(' '), surroundings);
            (exit, String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
        });
        ran.await.unwrap()
    };
    let (exit, out, err) = top("app top").await;
    assert_eq!(exit, Exit::Done.into(), "{err}");
    // The busiest come first, and which those are is up to the other tests of this program.
    assert!(out.contains(" requests/s, ") && out.contains("p99  route\n"), "{out}");
    let (exit, out, _) = top("app top --json --seconds 1").await;
    let json: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(exit, Exit::Done.into());
    let mut routes = json["routes"].as_array().unwrap().iter();
    let asked = routes.find(|route| route["name"] == "GET /rows/counts").expect("every route that was asked is told");
    assert!(asked["count"].as_f64().unwrap() >= 1.0, "{asked}");
    assert!(json["memory"].as_f64().unwrap() > 0.0 && !json["statements"].as_array().unwrap().is_empty(), "{out}");
    app.stop().await;
    let (exit, _, err) = top("app top").await;
    assert_eq!(exit, Exit::Failed.into());
    assert!(err.contains("does not serve http://127.0.0.1:"), "{err}");
}
