//! The whole application over HTTP, as a client sees it.
use microcore::testing::Running;
use serde_json::json;

use crate::App;

#[microcore::test]
async fn an_order_is_placed_counted_and_shown(app: Running<App>) {
    app.put("/stock/pen", json!({ "amount": 5 })).await;

    let order = json!({ "customer": "ana@example.com", "item": "pen", "amount": 2, "price": 150 });
    let placed = app.post("/orders", order).await;
    assert_eq!(placed.status, 201);
    assert_eq!(placed.headers["location"], "/orders/1");

    assert_eq!(app.get("/orders/1").await.data()["total"], 300);
    assert_eq!(app.get("/orders/count").await.data(), 1);
    app.stop().await;
}

#[microcore::test]
async fn refusals_name_every_field(app: Running<App>) {
    let refused = app.post("/orders", json!({ "customer": "ana", "amount": 0, "price": "x" })).await;
    assert_eq!(refused.status, 422);
    let error = refused.error();
    let fields: Vec<_> = error["fields"].as_array().unwrap().iter().map(|field| &field["field"]).collect();
    assert_eq!(fields, ["customer", "item", "amount", "price"]);

    let order = json!({ "customer": "ana@example.com", "item": "pen", "amount": 2, "price": 150 });
    assert_eq!(app.post("/orders", order).await.status, 409, "nothing is in stock");
    app.stop().await;
}

#[microcore::test]
async fn every_kind_of_input_is_read(app: Running<App>) {
    assert_eq!(app.get("/orders?customer=ana&limit=3").await.data(), json!([]));
    assert_eq!(app.get("/orders/by-item?item=pen&item=cup").await.data(), json!([]));
    assert_eq!(app.get("/files/a/b%20c").await.data(), json!("a/b c"));
    assert_eq!(app.get("/whoami").await.data()["agent"], json!(null));
    assert_eq!(app.get("/orders.csv").await.body, "id,customer,total\n");
    assert_eq!(app.get("/old-orders").await.headers["location"], "/orders");
    for expected in [200, 200, 200, 429] {
        assert_eq!(app.get("/limited/ana").await.status, expected);
    }
    app.stop().await;
}
