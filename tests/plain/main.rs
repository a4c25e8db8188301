//! An application whose replies are plain: values as they are, failures as problem details, whoever refuses.
#![allow(
    unreachable_pub,
    missing_docs,
    missing_debug_implementations,
    reason = "an application's files are written as in a project of their own"
)]
#![allow(clippy::unwrap_used, clippy::pedantic, reason = "the same")]

use std::time::Duration;

use futures_util::future::join_all;
use microcore::http::Method;
use microcore::testing::{Reply, Running, boot, run};
use serde_json::{Value, json};

microcore::app! { replies: Plain }

const PROBLEM: &str = "application/problem+json";

/// A problem of this status, with all that RFC 9457 gives it.
#[track_caller]
fn is_problem(reply: &Reply, status: u16, code: &str) -> Value {
    assert_eq!(
        (reply.status.as_u16(), reply.headers["content-type"].to_str().unwrap()),
        (status, PROBLEM),
        "{reply:?}"
    );
    let problem = reply.json();
    let said = (&problem["status"], &problem["type"], &problem["code"]);
    assert_eq!(said, (&json!(status), &json!("about:blank"), &json!(code)));
    let id = reply.headers["x-request-id"].to_str().unwrap();
    assert_eq!(problem["request_id"], id);
    problem
}

#[test]
fn a_value_is_the_body() {
    run(async {
        let app = Running::<App>::boot(&boot::<App>()).await.unwrap();
        let made = app.post("/offers", json!({ "price": 3 })).await;
        assert_eq!((made.status.as_u16(), made.json(), made.data()), (201, json!({ "price": 3 }), made.json()));
        assert_eq!(app.get("/offers/3").await.json(), json!({ "price": 3 }));
        app.stop().await;
    });
}

#[test]
fn an_event_is_heard_where_no_plugin_names_the_bus() {
    run(async {
        let app = Running::<App>::boot(&boot::<App>()).await.unwrap();
        assert_eq!(app.post("/notes", json!(null)).await.status, 204);
        let heard = async { while app.get("/words").await.json() != json!(3) {} };
        tokio::time::timeout(Duration::from_secs(60), heard).await.expect("the event is delivered");
        app.stop().await;
    });
}

#[test]
fn a_refusal_is_a_problem_whoever_refuses() {
    run(async {
        let settings = boot::<App>().with("HTTP_BODY_LIMIT", "1KiB").with("HTTP_RATE_LIMIT", "1000");
        let app = Running::<App>::boot(&settings).await.unwrap();
        // The handler, with a status and a code of its own.
        let gone = is_problem(&app.get("/offers/410").await, 410, "offer_expired");
        assert_eq!((&gone["title"], &gone["detail"]), (&json!("Gone"), &json!("offer not found")));
        let hidden = is_problem(&app.get("/offers/502").await, 502, "unavailable");
        assert_eq!(hidden["detail"], "temporarily unavailable");
        // Inputs.
        let rule = is_problem(&app.post("/offers", json!({ "price": 0 })).await, 422, "unprocessable");
        assert_eq!(rule["fields"][0]["field"], "price");
        is_problem(&app.get("/offers/many").await, 400, "bad_request");
        is_problem(&app.post("/offers", json!({ "price": "x".repeat(2000) })).await, 413, "payload_too_large");
        // The router, the edge, a socket's handshake.
        is_problem(&app.get("/nothing").await, 404, "not_found");
        is_problem(&app.send(Method::PUT, "/offers", Some(json!({}))).await, 405, "method_not_allowed");
        is_problem(&app.with_header("host", "a b").get("/offers/3").await, 400, "bad_request");
        is_problem(&app.get("/offers/live").await, 426, "upgrade_required");
        let many = join_all((0..1100).map(|_| app.get("/offers/3"))).await;
        is_problem(many.iter().find(|reply| reply.status == 429).unwrap(), 429, "too_many_requests");
        app.stop().await;
    });
}

#[test]
fn the_document_says_so() {
    run(async {
        let app = Running::<App>::boot(&boot::<App>().with("HTTP_DOCS", "true")).await.unwrap();
        let document = app.get("/openapi.json").await.json();
        let operation = &document["paths"]["/offers"]["post"]["responses"];
        assert_eq!(operation["201"]["content"]["application/json"]["schema"]["$ref"], "#/components/schemas/Offer");
        let refused = &document["components"]["responses"]["Unprocessable"]["content"];
        assert_eq!(refused.as_object().unwrap().keys().collect::<Vec<_>>(), [PROBLEM]);
        app.stop().await;
    });
}
