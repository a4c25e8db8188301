//! What an application makes of a request by itself, over a real socket.

use microcore::testing::{Client, Running};
use serde_json::{Value, json};

use crate::App;
use crate::tools::journal::page;
use crate::wires::booted;

async fn signed_in(app: &Running<App>, name: &str) -> Client {
    let token = app.post("/guarded/tokens", json!({ "sub": name })).await.data();
    app.with_header("authorization", &format!("Bearer {}", token.as_str().unwrap()))
}

#[microcore::test]
async fn a_handler_gets_what_its_type_makes_of_the_request() {
    let app = booted("extract", &[]).await;
    let ana = signed_in(&app, "ana").await;
    assert_eq!(ana.get("/desk/7").await.data(), "ana in 7, en");
    assert_eq!(ana.get("/desk/7?speaks=de").await.data(), "ana in 7, de");
    assert_eq!(ana.post("/desk/7/wishes", json!({ "text": "tea" })).await.data(), "ana in 7 wants tea");
    assert!(page("extract").iter().any(|line| line == "ana comes to /desk/7"));
    assert_eq!(app.get("/desk/maybe").await.data(), Value::Null);
    assert_eq!(ana.get("/desk/maybe").await.data(), "ana");
    app.stop().await;
}

#[microcore::test]
async fn its_refusal_is_the_answer_before_the_body_is_read() {
    let app = booted("extract refuses", &[]).await;
    let wrong = json!({ "text": 7 });
    assert_eq!(app.post("/desk/7/wishes", wrong.clone()).await.status, 401);
    let eve = signed_in(&app, "eve").await.post("/desk/7/wishes", wrong.clone()).await;
    assert_eq!((eve.status.as_u16(), &eve.error()["message"]), (403, &json!("this guest must not come in")));
    let ana = signed_in(&app, "ana").await.post("/desk/7/wishes", wrong).await;
    assert_eq!((ana.status.as_u16(), &ana.error()["fields"][0]["field"]), (422, &json!("text")));
    assert_eq!(signed_in(&app, "ana").await.get("/desk/many").await.status, 400);
    app.stop().await;
}

#[microcore::test]
async fn a_tool_that_is_off_turns_off_what_needs_it_and_no_other() {
    let app = booted("extract without", &[("FLAKY", "error")]).await;
    assert_eq!(app.get("/desk/fragile").await.status, 503);
    assert_eq!(app.get("/desk/maybe").await.status, 200);
    app.stop().await;
}

#[microcore::test]
async fn the_document_shows_what_it_reads() {
    let app = booted("extract document", &[("HTTP_DOCS", "true")]).await;
    let document = app.get("/openapi.json").await.json();
    let show = &document["paths"]["/desk/{room}"]["get"];
    let names: Vec<&Value> = show["parameters"].as_array().unwrap().iter().map(|one| &one["name"]).collect();
    assert_eq!(names, ["room", "speaks"]);
    assert!(show["security"].is_array() && show["responses"]["401"].is_object(), "{show}");
    let maybe = &document["paths"]["/desk/maybe"]["get"]["security"];
    assert!(maybe.as_array().unwrap().contains(&json!({})), "{maybe}");
    app.stop().await;
}
