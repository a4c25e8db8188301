//! What it hears and publishes, on a bus that outlives the process.

use serde_json::json;

use crate::folder::{Language, until};
use crate::{Shop, signed_in};

#[microcore::test]
async fn its_deliveries_are_repeated_and_their_causes_are_known() {
    if !Language::Python.is_there() {
        return;
    }
    let shop = Shop::new();
    shop.install();
    let app = shop.boot().await;
    let paid = app.with_header("x-request-id", "the-request-1").post("/orders/7/pay?failing=2", json!(null)).await;
    assert_eq!(paid.status, 200);
    until("the invoice is archived", async || app.get("/archive/7").await.data() != json!(null)).await;
    assert_eq!(app.get("/archive/7").await.data(), json!([3, "the-request-1"]));
    app.stop().await;
}

#[microcore::test]
async fn what_fails_for_good_is_kept_and_can_be_delivered_again() {
    if !Language::Python.is_there() {
        return;
    }
    let shop = Shop::new();
    shop.install();
    let app = shop.boot().await;
    app.post("/orders/7/pay?failing=4", json!(null)).await;
    let dead = async || app.get("/system/api/dead").await.data();
    until("it is dead", async || dead().await["total"] == 1).await;
    let letter = dead().await["letters"][0].clone();
    assert_eq!((&letter["subscriber"], &letter["event"]), (&json!("shop.invoice.order_paid"), &json!("order.paid")));
    assert!(letter["error"].as_str().unwrap().contains("not yet"), "{letter}");
    assert_eq!(app.get("/archive/7").await.data(), json!(null));
    app.stop().await;
}

#[microcore::test]
async fn what_was_accepted_without_it_is_delivered_once_it_is_there() {
    if !Language::Python.is_there() {
        return;
    }
    let shop = Shop::new();
    let app = shop.boot().await;
    assert_eq!(app.get("/invoices/7").await.status, 503);
    app.post("/orders/8/pay?failing=0", json!(null)).await;
    app.stop().await;
    shop.install();
    let app = shop.boot().await;
    let dead = async || app.get("/system/api/dead").await.data()["letters"].clone();
    // What had no attempt left is dead, and delivered again by whoever looks after the application.
    for letter in dead().await.as_array().unwrap() {
        let again = format!("/system/api/dead/{}/replay", letter["id"]);
        assert_eq!(app.with_header("x-requested-with", "fetch").post(&again, json!(null)).await.status, 204);
    }
    until("the invoice is archived", async || app.get("/archive/8").await.data() != json!(null)).await;
    app.stop().await;
}

#[microcore::test]
async fn what_it_publishes_in_a_transaction_is_part_of_it() {
    if !Language::Python.is_there() {
        return;
    }
    let shop = Shop::new();
    shop.install();
    let app = shop.boot().await;
    let clerk = signed_in(&app, &["clerk"]).await;
    let failed = clerk.post("/invoices", json!({ "id": 1, "total": 1, "fails": true })).await;
    assert_eq!((failed.status.as_u16(), app.get("/invoices/1").await.status.as_u16()), (500, 404));
    assert_eq!(clerk.post("/invoices", json!({ "id": 2, "total": 1 })).await.status, 201);
    until("the second is archived", async || app.get("/archive/2").await.data() != json!(null)).await;
    assert_eq!(app.get("/archive/1").await.data(), json!(null), "the first was never published");
    app.stop().await;
}
