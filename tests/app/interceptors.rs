//! What runs around handlers: where, in which order, and what it may do.

use microcore::application::Application;
use microcore::manifest::{Scope, interceptors, routes_table};

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
async fn the_manifest_says_what_runs_around_which_routes_in_their_order() {
    let facts = interceptors(&App::MANIFEST);
    let names: Vec<_> = facts.iter().map(|(plugin, one)| (plugin.identity.plugin, one.handler, one.order)).collect();
    let expected = [
        ("audit", "count", 0),
        ("gate", "outer", -1),
        ("gate", "stamp", 0),
        ("gate", "inner", 1),
        ("gate", "check", 5),
    ];
    assert_eq!(names, expected, "those of every request stand outside");
    let (_, check) = facts[4];
    assert_eq!((check.kind, check.scope), ("before", Scope::Path("/watch/vault")));
    assert_eq!(check.routes, [("GET", "/watch/vault/{name}")]);
    assert_eq!(facts[1].1.routes.len(), 2, "the two routes of the domain");
    let table = routes_table(&App::MANIFEST);
    let line = |path: &str| table.lines().find(|line| line.contains(path)).unwrap();
    let around = "watch.audit.count, watch.gate.outer, watch.gate.inner, watch.gate.check";
    assert!(line(" /watch/vault/{name} ").ends_with(around), "{table}");
    let mount: Vec<&str> = line(" /site/{*path} ").split_whitespace().collect();
    assert_eq!(mount, ["MOUNT", "/site/{*path}", "200", "site.pages.pages", "watch.audit.count"]);
}
