//! Protected routes, over a real socket.

use http::{Method, Request};
use http_body_util::Full;
use microcore::testing::{Client, Reply};
use serde_json::{Value, json};

use crate::wires::booted;

async fn ask(app: &Client, method: Method, path: &str, headers: &[(&str, &str)]) -> Reply {
    let mut request = Request::builder().method(method).uri(path).header("host", "test");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    app.exchange(request.body(Full::default()).unwrap()).await
}

async fn token(app: &Client, claims: Value) -> String {
    app.post("/guarded/tokens", claims).await.data().as_str().unwrap().to_owned()
}

#[microcore::test]
async fn claims_protect_a_handler() {
    let app = booted("claims", &[]).await;
    let token = token(&app, json!({"sub": "ana"})).await;
    let bearer = format!("Bearer {token}");
    let missing = app.get("/guarded/me").await;
    assert_eq!((missing.status.as_u16(), &missing.error()["message"]), (401, &json!("a token is required")));
    assert_eq!(missing.headers["www-authenticate"], "Bearer");
    assert_eq!(ask(&app, Method::GET, "/guarded/me", &[("authorization", &bearer)]).await.data(), "ana");
    for wrong in ["Bearer x", &format!("{bearer}x"), "bearer a.b.c"] {
        let refused = ask(&app, Method::GET, "/guarded/me", &[("authorization", wrong)]).await;
        assert_eq!((refused.status.as_u16(), &refused.error()["message"]), (401, &json!("the token is not valid")));
    }
    let basic = ask(&app, Method::GET, "/guarded/me", &[("authorization", "Basic YTpi")]).await;
    assert_eq!(basic.error()["message"], "a token is required");
    app.stop().await;
}

#[microcore::test]
async fn optional_claims_are_nobody_or_somebody_and_never_a_bad_token() {
    let app = booted("optional", &[]).await;
    let bearer = format!("Bearer {}", token(&app, json!({"sub": "ana"})).await);
    assert_eq!(app.get("/guarded/maybe").await.data(), Value::Null);
    assert_eq!(ask(&app, Method::GET, "/guarded/maybe", &[("authorization", &bearer)]).await.data(), "ana");
    assert_eq!(ask(&app, Method::GET, "/guarded/maybe", &[("authorization", "Bearer x")]).await.status, 401);
    app.stop().await;
}

#[microcore::test]
async fn a_cookie_may_read_and_needs_a_header_to_change() {
    let app = booted("cookie_token", &[]).await;
    let made = app.post("/guarded/tokens", json!({"sub": "ana"})).await;
    let set = made.headers["set-cookie"].to_str().unwrap();
    assert!(set.starts_with("access_token=") && set.contains("HttpOnly; SameSite=Lax; Secure; Path=/"), "{set}");
    let cookie = set.split(';').next().unwrap();
    assert_eq!(ask(&app, Method::GET, "/guarded/me", &[("cookie", cookie)]).await.data(), "ana");
    let refused = ask(&app, Method::POST, "/guarded/change/1", &[("cookie", cookie)]).await;
    assert_eq!(refused.status, 401, "a foreign page can make a browser send this");
    let headers = [("cookie", cookie), ("x-requested-with", "fetch")];
    assert_eq!(ask(&app, Method::POST, "/guarded/change/1", &headers).await.data(), json!([1, "ana"]));
    let bob = format!("Bearer {}", token(&app, json!({"sub": "bob"})).await);
    let both = [("cookie", cookie), ("authorization", bob.as_str())];
    assert_eq!(ask(&app, Method::POST, "/guarded/change/1", &both).await.data(), json!([1, "bob"]), "bearer first");
    app.stop().await;
}

#[microcore::test]
async fn a_role_is_asked_for_and_a_stranger_learns_nothing_else() {
    let app = booted("roles", &[]).await;
    for (roles, path, status) in [
        (json!(["owner"]), "/guarded/admin", 200),
        (json!(["user"]), "/guarded/admin", 403),
        (json!([]), "/guarded/admin", 403),
        (json!(["owner"]), "/guarded/admin/name", 403),
        (json!(["user", "admin"]), "/guarded/admin/name", 200),
    ] {
        let bearer = format!("Bearer {}", token(&app, json!({"sub": "ana", "roles": roles})).await);
        let reply = ask(&app, Method::GET, path, &[("authorization", &bearer)]).await;
        assert_eq!(reply.status, status, "{path} {roles}");
    }
    assert_eq!(app.get("/guarded/admin").await.status, 401);
    let reply = app.post("/guarded/change/no-number", json!({})).await;
    assert_eq!(reply.status, 401, "who asks is decided before what is asked");
    app.stop().await;
}

#[microcore::test]
async fn settings_say_where_a_token_stands() {
    let settings = [("AUTH_HEADER", "x-api-key"), ("AUTH_QUERY", "key")];
    let app = booted("token_places", &settings).await;
    let token = token(&app, json!({"sub": "ana"})).await;
    assert_eq!(ask(&app, Method::GET, "/guarded/me", &[("x-api-key", &token)]).await.data(), "ana");
    let refused = ask(&app, Method::GET, "/guarded/me", &[("authorization", &format!("Bearer {token}"))]).await;
    assert_eq!((refused.status.as_u16(), &refused.error()["message"]), (401, &json!("a token is required")));
    assert_eq!(refused.headers["www-authenticate"], "ApiKey header=\"x-api-key\"");
    // The query is where a browser can set no header: of what lasts.
    let keyed = format!("/guarded/me?key={token}");
    assert_eq!(ask(&app, Method::GET, &keyed, &[]).await.status, 401);
    app.stop().await;
}

#[microcore::test]
async fn a_setting_of_a_token_that_is_no_word_ends_the_boot() {
    for (key, value) in
        [("AUTH_SCHEME", "two words"), ("AUTH_HEADER", "x:y"), ("AUTH_COOKIE", "a;b"), ("AUTH_QUERY", "ä")]
    {
        let boot = microcore::testing::boot::<crate::App>().with(key, value);
        let error = microcore::testing::Running::<crate::App>::boot(&boot).await.err().map(|error| error.to_string());
        assert!(error.as_ref().is_some_and(|said| said.contains(key)), "{key}: {error:?}");
    }
}

/// The rule of the system pages by a role, with the tool that the routes ask.
#[microcore::test]
async fn the_system_pages_are_open_to_a_role_by_a_good_token_and_to_nobody_else() {
    let settings = [("SYSTEM_ACCESS", "role"), ("SYSTEM_ROLE", "keeper")];
    let app = booted("system_by_role", &settings).await;
    let keeper = app.post("/guarded/tokens", json!({"sub": "ana", "roles": ["keeper"]})).await;
    let cookie = keeper.headers["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let keeper = format!("Bearer {}", keeper.data().as_str().unwrap());
    let admin = format!("Bearer {}", token(&app, json!({"sub": "bob", "roles": ["admin"]})).await);
    let forged = format!("{keeper}x");
    for (name, value, status) in [
        ("authorization", keeper.as_str(), 200),
        ("cookie", &cookie, 200),
        ("authorization", &admin, 404),
        ("authorization", &forged, 404),
        ("accept", "*/*", 404),
    ] {
        for path in ["/system/", "/system/api/events", "/openapi.json"] {
            let answer = ask(&app, Method::GET, path, &[(name, value)]).await;
            assert_eq!(answer.status, status, "{path} {name}: {value}");
        }
    }
    app.stop().await;
}
