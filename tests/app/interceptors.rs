//! What runs around handlers: where, in which order, and what it may do.

use microcore::application::Application;
use microcore::manifest::Scope;
use microcore_runtime::manifest::{interceptors, routes_table};

use serde_json::json;

use crate::App;
use crate::tools::journal::page;
use crate::wires::booted;

/// What was noted since the boot.
fn noted(name: &str) -> Vec<String> {
    page(name).into_iter().filter(|line| !line.starts_with("journal.") && !line.starts_with("waiter.")).collect()
}

#[microcore::test]
async fn interceptors_nest_in_their_order() {
    let app = booted("nesting", &[]).await;
    let reply = app.get("/watch/rooms/blue").await;
    assert_eq!((reply.data(), reply.headers["x-stamp"].to_str().unwrap()), ("blue".into(), "seen"));
    let expected = ["outer in", "inner in", "handler", "inner out", "stamp /watch/rooms/blue", "outer out"];
    assert_eq!(noted("nesting")[..], expected, "-1 before 0 before 1, and back");
    app.stop().await;
}

#[microcore::test]
async fn a_refusal_is_the_answer_and_the_handler_is_not_called() {
    let app = booted("refusal", &[]).await;
    let refused = app.get("/watch/vault/gold").await;
    assert_eq!((refused.status.as_u16(), refused.error()["message"].as_str()), (403, Some("the vault is shut")));
    assert_eq!(noted("refusal"), ["outer in", "inner in", "check", "inner out", "outer out"]);
    assert!(!refused.headers.contains_key("x-stamp"), "of another tag");
    let open = app.with_header("x-key", "1").get("/watch/vault/gold").await;
    assert_eq!(open.data(), "gold");
    app.stop().await;
}

#[microcore::test]
async fn an_interceptor_of_every_request_sees_those_without_a_route() {
    let app = booted("audit", &[]).await;
    for (path, status) in [("/watch/rooms/blue", "200"), ("/nowhere", "404"), ("/inputs/lists", "400")] {
        assert_eq!(app.get(path).await.headers["x-audited"], status, "{path}");
    }
    assert_eq!(app.delete("/orders").await.headers["x-audited"], "405");
    app.stop().await;
}

#[microcore::test]
async fn an_audit_trail_says_who_changed_what_by_which_route() {
    let app = booted("trail", &[]).await;
    let token = app.post("/guarded/tokens", json!({"sub": "ana"})).await.data().as_str().unwrap().to_owned();
    assert_eq!(app.post("/watch/desk/red", json!({})).await.status, 200);
    assert_eq!(app.with_header("authorization", "Bearer bad").post("/watch/desk/red", json!({})).await.status, 200);
    let ana = app.with_header("authorization", &format!("Bearer {token}"));
    assert_eq!(ana.delete("/watch/desk/red").await.status, 200);
    assert_eq!(ana.get("/watch/rooms/red").await.status, 200);
    let lines: Vec<String> = noted("trail").into_iter().filter(|line| line.contains("trail ")).collect();
    let line = |who: &str, method: &str| format!("trail {who} {method} /watch/desk/{{name}} watch.rooms 200");
    assert_eq!(lines, [line("somebody", "POST"), line("somebody", "POST"), line("ana", "DELETE")]);
    app.stop().await;
}

#[microcore::test]
async fn an_interceptor_that_takes_claims_refuses_strangers() {
    let app = booted("known", &[]).await;
    let refused = app.delete("/watch/desk/red").await;
    assert_eq!((refused.status.as_u16(), &refused.error()["message"]), (401, &json!("a token is required")));
    let document = app.get("/openapi.json").await.json();
    let desk = &document["paths"]["/watch/desk/{name}"];
    assert!(desk["delete"]["security"].is_array() && desk["post"].get("security").is_none(), "{desk}");
    assert!(desk["delete"]["responses"].get("401").is_some());
    app.stop().await;
}

#[microcore::test]
async fn an_interceptor_of_every_request_knows_the_route_or_that_there_is_none() {
    let app = booted("matched", &[]).await;
    for (path, route, plugin) in [
        ("/watch/rooms/blue", "/watch/rooms/{name}", Some("rooms")),
        ("/site/none.html", "/site/{*path}", Some("pages")),
        ("/nowhere", "none", None),
    ] {
        let headers = app.get(path).await.headers;
        let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap().to_owned());
        assert_eq!((text("x-route").as_deref(), text("x-plugin").as_deref()), (Some(route), plugin), "{path}");
    }
    let other = app.delete("/watch/rooms/blue").await;
    assert_eq!((other.status.as_u16(), other.headers["x-route"].to_str().unwrap()), (405, "none"));
    app.stop().await;
}

#[microcore::test]
async fn the_manifest_says_what_runs_around_which_routes_in_their_order() {
    let mut facts = interceptors(&App::MANIFEST);
    facts.retain(|(_, one)| !one.is_of_work());
    let names: Vec<_> = facts.iter().map(|(plugin, one)| (plugin.identity.plugin, one.handler, one.order)).collect();
    let expected = [
        ("trail", "mark", -9),
        ("audit", "count", 0),
        ("gate", "outer", -1),
        ("gate", "stamp", 0),
        ("trail", "note", 0),
        ("trail", "tell", 0),
        ("trail", "known", 0),
        ("gate", "inner", 1),
        ("gate", "check", 5),
    ];
    assert_eq!(names, expected, "those of every request stand outside");
    let (_, check) = facts[8];
    assert_eq!((check.kind, check.scope), ("before", Scope::Path("/watch/vault")));
    assert_eq!(check.routes, [("GET", "/watch/vault/{name}")]);
    assert_eq!(facts[2].1.routes.len(), 4, "the routes of the domain");
    let (_, note) = facts[4];
    assert_eq!((note.requests().as_str(), note.routes.len()), ("domain watch, POST or DELETE", 2));
    let table = routes_table(&App::MANIFEST);
    let line = |path: &str| table.lines().find(|line| line.contains(path)).unwrap();
    let around =
        "watch.trail.mark, watch.audit.count, watch.gate.outer, watch.trail.tell, watch.gate.inner, watch.gate.check";
    assert!(line(" /watch/vault/{name} ").ends_with(around), "{table}");
    let mount: Vec<&str> = line(" /site/{*path} ").split_whitespace().collect();
    assert_eq!(
        mount,
        [
            "MOUNT",
            "/site/{*path}",
            "200",
            "site.pages.pages",
            "watch.trail.mark,",
            "watch.audit.count,",
            "watch.trail.tell"
        ]
    );
}

/// Begins a shift in a request of this id, and lets its deliveries end.
async fn shift(name: &str, worker: &str, request: &str) -> Vec<String> {
    let app = booted(name, &[]).await;
    let begin = http::Request::post(format!("/shifts/{worker}")).header("host", "x").header("x-request-id", request);
    let reply = app.exchange(begin.body(http_body_util::Full::default()).unwrap()).await;
    assert_eq!(reply.status, 204);
    app.stop().await;
    noted(name)
}

#[microcore::test]
async fn interceptors_of_events_run_around_each_attempt_and_know_what_it_is() {
    let lines = shift("work", "late", "dawn").await;
    let attempt = |number: u32, is_well: bool| {
        vec![
            format!("in shift.begun shift.clerk.note {number} because of dawn"),
            "check".to_owned(),
            "clerk late".to_owned(),
            format!("out {is_well}"),
        ]
    };
    let mut expected = vec!["seen late".to_owned()];
    expected.extend(attempt(1, false));
    expected.extend(attempt(2, true));
    assert_eq!(lines, expected, "the inline subscriber runs in its publisher's task, and nothing around it");
}

#[microcore::test]
async fn a_refusal_before_a_delivery_is_its_failure_and_the_handler_is_not_called() {
    let lines = shift("banned", "ana", "banned").await;
    let attempts = lines.iter().filter(|line| line.as_str() == "out false").count();
    assert_eq!((attempts, lines.iter().any(|line| line == "clerk ana")), (2, false), "{lines:?}");
}

#[test]
fn the_manifest_knows_what_runs_around_events() {
    let (_, watch) = interceptors(&App::MANIFEST).into_iter().find(|(_, one)| one.handler == "watch").unwrap();
    assert_eq!(watch.scope, Scope::Work { events: true, jobs: false, domain: "shift" });
    assert_eq!(watch.work, ["shift.clerk.note"]);
    assert_eq!(watch.requests(), "events of domain shift");
    assert!(routes_table(&App::MANIFEST).contains("events of domain shift"));
}
