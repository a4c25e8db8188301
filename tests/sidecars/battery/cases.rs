//! What a guest does where nothing goes wrong.

use http::{Method, Request};
use http_body_util::Full;
use serde_json::json;

use crate::folder::{Folder, Language, status, until};

pub async fn requests_are_answered(language: Language) {
    let folder = Folder::new();
    folder.install(language, "guest", |manifest| manifest);
    let app = folder.boot().await;
    let echoed = app.get("/echo/a%2Fb%20c?q=1").await;
    assert_eq!(echoed.json(), json!({ "text": "a/b c", "query": "q=1", "method": "GET" }));
    assert_eq!(echoed.headers["content-type"], "application/json");
    let text = app.get("/version").await;
    assert_eq!((&text.body[..], text.headers["content-type"].to_str().unwrap()), (&b"1"[..], "text/plain"));
    let request = Request::post("/mirror").header("x-sent", "seen").body(Full::from("\0\u{ff}bytes"));
    let mirrored = app.exchange(request.unwrap()).await;
    assert_eq!((mirrored.status.as_u16(), &mirrored.body[..]), (201, "\0\u{ff}bytes".as_bytes()));
    let header = |name| mirrored.headers[name].to_str().unwrap();
    assert_eq!((header("x-seen"), header("content-type")), ("seen", "text/x-mirror"));
    let head = app.send(Method::HEAD, "/version", None).await;
    assert_eq!((head.status.as_u16(), head.body.len()), (200, 0));
    let other = app.delete("/version").await;
    assert_eq!((other.status.as_u16(), other.headers["allow"].to_str().unwrap()), (405, "GET, HEAD, OPTIONS"));
    // The path has a route of a plugin, and one of the guest for another method.
    assert_eq!(app.get("/orders/count").await.data(), 0);
    let status = status(&app, "shop.guest").unwrap();
    assert_eq!((status.state.as_str(), status.generation, status.failures), ("ready", 1, 0));
    let listed = app.get("/system/api/sidecars").await.json();
    assert_eq!((&listed["data"][0]["name"], &listed["data"][0]["kind"]), (&json!("shop.guest"), &json!("process")));
    assert!(status.calls >= 4 && status.p99.is_some() && status.memory.is_some(), "{status:?}");
    app.stop().await;
}

pub async fn documents_have_its_routes_while_it_is_there(language: Language) {
    let folder = Folder::new();
    folder.install(language, "guest", |manifest| {
        manifest.replace("name = \"order\"\n", "name = \"order\"\ndoc = \"An order.\"\nanswer = \"order.json\"\n")
    });
    folder.write("shop/guest/order.json", r#"{ "type": "object" }"#);
    let app = folder.boot_with(&[("HTTP_DOCS", "true")]).await;
    let one = async || app.get("/openapi.json").await.json()["paths"]["/orders/{id}"]["get"].clone();
    let told = one().await;
    assert_eq!((&told["operationId"], &told["summary"]), (&json!("shop.guest.order.get"), &json!("An order.")));
    assert_eq!(told["parameters"][0]["schema"]["type"], "integer");
    assert_eq!(told["responses"]["200"]["content"]["application/json"]["schema"]["type"], "object");
    std::fs::remove_dir_all(folder.path("shop/guest")).unwrap();
    until("it is gone", async || one().await == json!(null)).await;
    app.stop().await;
}

pub async fn inputs_are_checked_before_the_guest_is_asked(language: Language) {
    let folder = Folder::new();
    folder.install(language, "guest", |manifest| manifest);
    let app = folder.boot().await;
    let refused = app.get("/orders/seven").await;
    assert_eq!(refused.status, 400);
    assert_eq!(refused.error()["fields"][0]["message"], "must be an integer");
    let request = Request::post("/mirror").body(Full::from(vec![b'x'; (64 << 10) + 1])).unwrap();
    assert_eq!(app.exchange(request).await.status, 413);
    assert_eq!(status(&app, "shop.guest").unwrap().calls, 0);
    app.stop().await;
}

pub async fn tools_are_those_of_the_application(language: Language) {
    let folder = Folder::new();
    folder.install(language, "guest", |manifest| manifest);
    let app = folder.boot_with(&[("SHOP_MOTTO", "Open late")]).await;
    let taken = app.post("/orders", json!({ "id": 7, "total": 9_007_199_254_740_993_i64 })).await;
    assert_eq!(taken.json(), json!({ "last": 7, "shop": "Corner", "motto": "Open late" }));
    assert_eq!(app.get("/orders/7").await.json(), json!({ "id": 7, "total": 9_007_199_254_740_993_i64 }));
    let missing = app.get("/orders/8").await;
    assert_eq!((missing.status.as_u16(), missing.error()["message"].as_str()), (404, Some("no such order")));
    // A transaction whose call fails leaves nothing behind.
    let failed = app.post("/orders", json!({ "id": 8, "total": 1, "fails": true })).await;
    assert_eq!((failed.status.as_u16(), failed.error()["message"].as_str()), (500, Some("internal error")));
    assert_eq!(app.get("/orders/count").await.data(), 1);
    app.stop().await;
}

pub async fn an_event_is_repeated_and_its_causes_are_known(language: Language) {
    let folder = Folder::new();
    folder.install(language, "guest", |manifest| manifest);
    let app = folder.boot().await;
    let paid = app.with_header("x-request-id", "the-request-1").post("/orders/7/pay?failing=2", json!(null)).await;
    assert_eq!(paid.status, 200);
    until("the invoice is archived", async || app.get("/archive/7").await.data() != json!(null)).await;
    assert_eq!(app.get("/archive/7").await.data(), json!([3, "the-request-1"]));
    app.stop().await;
}

pub async fn what_the_manifest_does_not_name_is_refused(language: Language) {
    let folder = Folder::new();
    folder.install(language, "guest", |manifest| manifest);
    let app = folder.boot().await;
    for (what, said) in [
        ("statement", "the statement `everything` is not in `[sql]`"),
        ("event", "the event `order.paid` is not in `[publishes]`"),
        ("setting", "the setting `DB_URL` is not in `[config]`"),
        ("fields", "the fields are not those of `invoice.rendered`"),
    ] {
        assert_eq!(app.post(&format!("/try/{what}"), json!(null)).await.status, 500, "{what}");
        let wrong = status(&app, "shop.guest").unwrap().last_error.unwrap();
        assert!(wrong.contains(said), "{wrong}");
        // Four in a row, and a fifth would be a pause.
        assert_eq!(app.get("/version").await.status, 200);
    }
    // Our settings are none of its business.
    assert_eq!(app.post("/try/environment", json!(null)).await.json(), json!([]));
    app.stop().await;
}
