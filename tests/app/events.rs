//! The bus within the process: who hears what, when, how often, and because of what.

use microcore::prelude::*;
use serde_json::json;

use crate::tools::journal::page;
use crate::wires::booted;

#[microcore::test]
async fn an_event_reaches_its_subscribers_and_carries_its_cause() {
    let app = booted("events", &[]).await;
    let request = http::Request::post("/orders")
        .header("host", "x")
        .header("content-type", "application/json")
        .header("x-request-id", "lunch");
    let reply = app.exchange(request.body(http_body_util::Full::from(r#"{"dish":"soup"}"#)).unwrap()).await;
    assert_eq!(reply.status, 204, "the reply's own status goes before the route's");
    // Stopping delivers what was accepted, those events included that deliveries publish.
    app.stop().await;
    let page = page("events");
    let expected = [
        "inline soup",
        "published",
        "attempt 1 of order.placed caused by lunch",
        "attempt 2 of order.placed caused by lunch",
        "attempt 3 of order.placed caused by lunch",
        "served soup because of lunch",
        "waiter.on_shutdown",
        "journal.shutdown",
    ];
    let from = page.iter().position(|line| line == "inline soup").expect("the inline subscriber runs");
    assert_eq!(page[from..], expected);
}

#[microcore::test]
async fn a_request_has_one_answer_and_the_responders_error_reaches_the_caller() {
    let app = booted("replies", &[]).await;
    assert_eq!(app.get("/prices/soup").await.data(), json!(42));
    let unknown = app.get("/prices/stone").await;
    assert_eq!((unknown.status.as_u16(), unknown.error()["message"].as_str()), (404, Some("dish stone not found")));
    assert_eq!(app.get("/prices/fire").await.status, 500);
    app.stop().await;
}

#[microcore::test]
async fn a_bus_alone_remembers_and_delivers_to_nobody(bus: crate::prelude::Bus) {
    bus.publish(crate::domains::kitchen::events::OrderPlaced { dish: "soup".into() }).await.unwrap();
    assert_eq!(bus.published::<crate::domains::kitchen::events::OrderPlaced>()[0].dish, "soup");
    assert_eq!(bus.in_flight(), 0);
}

#[microcore::test]
async fn the_fixture_app_is_the_whole_application(app: microcore::testing::Running<crate::App>) -> Result<()> {
    assert_eq!(app.get("/inputs/me").await.status, 200);
    app.stop().await;
    Ok(())
}
