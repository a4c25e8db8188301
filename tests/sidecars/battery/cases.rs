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

pub async fn what_fails_for_good_is_a_dead_letter_and_can_be_delivered_again(language: Language) {
    let folder = Folder::new();
    folder.install(language, "guest", |manifest| manifest);
    let app = folder.boot().await;
    let dead = async || app.get("/system/api/dead").await.data();
    let replay = async |letter: &serde_json::Value| {
        let path = format!("/system/api/dead/{}/replay", letter["id"]);
        app.with_header("x-requested-with", "fetch").post(&path, json!(null)).await.status
    };
    app.with_header("x-request-id", "the-request-1").post("/orders/7/pay?failing=4", json!(null)).await;
    until("it is dead", async || dead().await["total"] == 1).await;
    let letter = dead().await["letters"][0].clone();
    assert_eq!((&letter["subscriber"], &letter["event"]), (&json!("shop.guest.order_paid"), &json!("order.paid")));
    assert_eq!((&letter["attempts"], &letter["origin"]), (&json!(4), &json!("the-request-1")), "{letter}");
    assert!(letter["error"].as_str().unwrap().contains("not yet"), "{letter}");
    // Its next generation is more patient, and is the one that is asked.
    folder.install(language, "guest", |manifest| manifest.replace("retries = 3", "retries = 4"));
    until("the next one is loaded", async || status(&app, "shop.guest").unwrap().generation == 2).await;
    assert_eq!(replay(&letter).await, 204);
    until("the invoice is archived", async || app.get("/archive/7").await.data() != json!(null)).await;
    assert_eq!(app.get("/archive/7").await.data(), json!([5, "the-request-1"]));
    assert_eq!(dead().await["total"], 0);
    // Of one that has gone, nobody takes it back.
    app.post("/orders/8/pay?failing=5", json!(null)).await;
    until("the other is dead", async || dead().await["total"] == 1).await;
    std::fs::remove_dir_all(folder.path("shop/guest")).unwrap();
    until("it is gone", async || status(&app, "shop.guest").is_none()).await;
    let letter = dead().await["letters"][0].clone();
    assert!(replay(&letter).await.as_u16() >= 400);
    assert_eq!(dead().await["total"], 1, "it is kept");
    app.stop().await;
}

pub async fn bodies_and_answers_are_held_to_their_schemas(language: Language) {
    let folder = Folder::new();
    folder.install(language, "guest", |manifest| {
        manifest.replace("name = \"take\"\n", "name = \"take\"\nbody = \"order.json\"\nanswer = \"taken.json\"\n")
    });
    let order = json!({
        "type": "object",
        "required": ["id", "total"],
        "properties": { "id": { "type": "integer", "minimum": 1 }, "total": { "type": "integer" } }
    });
    folder.write("shop/guest/order.json", &order.to_string());
    let taken = json!({ "type": "object", "required": ["motto"], "properties": { "motto": { "type": "string", "minLength": 1 } } });
    folder.write("shop/guest/taken.json", &taken.to_string());
    let app = folder.boot_with(&[("SHOP_MOTTO", "Open late")]).await;
    let wrong = app.post("/orders", json!({ "id": 0 })).await;
    assert_eq!(wrong.status, 422);
    let told = |index: usize| {
        let field = wrong.error()["fields"][index].clone();
        let text = |key: &str| field[key].as_str().unwrap_or_default().to_owned();
        (text("in"), text("field"), text("rule"), text("message"))
    };
    let mut all = [told(0), told(1)];
    all.sort();
    let field =
        |name: &str, rule: &str, must: &str| ("body".to_owned(), name.to_owned(), rule.to_owned(), must.to_owned());
    assert_eq!(all, [field("id", "range", "must be at least 1"), field("total", "required", "is required")]);
    let send = async |media_type: &str, body: &str| {
        let request = Request::post("/orders").header("content-type", media_type).body(Full::from(body.to_owned()));
        app.exchange(request.unwrap()).await
    };
    for (media_type, body, refused) in
        [("application/json", "{", 400), ("text/plain", "{}", 415), ("application/json", "", 422)]
    {
        assert_eq!(send(media_type, body).await.status, refused, "{media_type} {body}");
    }
    assert_eq!(status(&app, "shop.guest").unwrap().calls, 0, "it was never asked");
    assert_eq!(app.post("/orders", json!({ "id": 1, "total": 2 })).await.json()["motto"], "Open late");
    app.stop().await;

    // Without the setting it has no motto to tell, and its answer is not what it promises.
    let app = folder.boot().await;
    for id in 1..=5 {
        let broken = app.post("/orders", json!({ "id": id, "total": 2 })).await;
        let error = broken.error();
        let told = (broken.status.as_u16(), error["code"].as_str(), error["message"].as_str());
        assert_eq!(told, (502, Some("bad_gateway"), Some("temporarily unavailable")));
    }
    let known = status(&app, "shop.guest").unwrap();
    assert_eq!((known.state.as_str(), known.failures), ("paused", 5), "a guest that keeps doing so is left alone");
    let wrong = known.last_error.unwrap_or_default();
    assert!(wrong.starts_with("its answer breaks `taken.json`: `motto` must "), "{wrong}");
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
