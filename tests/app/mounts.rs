//! Folders that a plugin mounts, over a real socket.

use http::{Method, Request};
use http_body_util::Full;
use microcore::testing::{Client, Reply};
use serde_json::json;

use crate::wires::booted;

async fn ask(app: &Client, method: Method, path: &str, headers: &[(&str, &str)]) -> Reply {
    let mut request = Request::builder().method(method).uri(path).header("host", "test");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    app.exchange(request.body(Full::default()).unwrap()).await
}

fn text(reply: &Reply) -> &str {
    std::str::from_utf8(&reply.body).unwrap().trim_end()
}

#[microcore::test]
async fn a_plugin_mounts_a_folder_with_its_endings_and_its_pages() {
    let app = booted("mounts", &[]).await;
    let style = app.get("/site/site.css").await;
    assert_eq!((style.status.as_u16(), text(&style)), (200, "p {}"));
    assert_eq!(
        (&style.headers["content-type"], style.headers.contains_key("etag")),
        (&"text/css; charset=utf-8".parse().unwrap(), true)
    );
    let part = ask(&app, Method::GET, "/site/site.css", &[("range", "bytes=0-0")]).await;
    assert_eq!((part.status.as_u16(), text(&part)), (206, "p"));
    assert_eq!(text(&app.get("/site/").await), "<p>home</p>");
    let head = ask(&app, Method::HEAD, "/site/site.css", &[]).await;
    assert_eq!((head.status.as_u16(), head.body.len(), &head.headers["content-length"]), (200, 0, &5.into()));
    let bare = app.get("/site?a=b").await;
    assert_eq!((bare.status.as_u16(), bare.headers["location"].to_str().unwrap()), (308, "site/?a=b"), "at its slash");
    assert_eq!(ask(&app, Method::DELETE, "/site", &[]).await.headers["allow"], "GET, HEAD, OPTIONS");
    let page = ask(&app, Method::GET, "/site/orders/7", &[("accept", "text/html")]).await;
    assert_eq!((page.status.as_u16(), text(&page)), (200, "<p>home</p>"), "the browser routes");
    for missing in ["/site/rows.json", "/site/../site.rs", "/site/%2e%2e/inside/plan.txt", "/site/none.css", "/sites"] {
        assert_eq!(app.get(missing).await.status, 404, "{missing}");
    }
    app.stop().await;
}

#[microcore::test]
async fn a_file_that_is_not_there_leaves_the_path_to_others() {
    let app = booted("mounts_beside", &[]).await;
    let other = app.get("/site/notes").await;
    assert_eq!((other.status.as_u16(), &other.headers["allow"]), (405, &"OPTIONS, POST".parse().unwrap()));
    assert_eq!(app.post("/site/notes", json!({})).await.status, 200, "a route goes first");
    assert_eq!(app.get("/site/site.css").await.headers["x-audited"], "200", "interceptors see files");
    app.stop().await;
}

#[microcore::test]
async fn a_mounted_file_tells_its_methods_and_what_is_not_there_has_none() {
    let app = booted("mounts_methods", &[]).await;
    for path in ["/site/site.css", "/site/"] {
        for (method, status) in [(Method::POST, 405), (Method::DELETE, 405), (Method::OPTIONS, 204)] {
            let reply = ask(&app, method.clone(), path, &[]).await;
            let allow = reply.headers.get("allow").map(|value| value.to_str().unwrap());
            assert_eq!((reply.status.as_u16(), allow), (status, Some("GET, HEAD, OPTIONS")), "{method} {path}");
        }
    }
    let beside = ask(&app, Method::DELETE, "/site/notes.html", &[]).await;
    let allow = beside.headers["allow"].to_str().unwrap();
    assert_eq!((beside.status.as_u16(), allow), (405, "GET, HEAD, OPTIONS, POST"), "the file's and the route's");
    assert_eq!(app.post("/site/notes.html", json!({})).await.status, 200, "a route goes first");
    for path in ["/site/none.css", "/site/rows.json", "/site/%2e%2e/inside/plan.txt"] {
        assert_eq!(app.post(path, json!({})).await.status, 404, "{path}");
    }
    let guarded = ask(&app, Method::OPTIONS, "/site/inside/plan.txt", &[]).await;
    assert_eq!(guarded.status, 401, "who may not read learns nothing");
    app.stop().await;
}

#[microcore::test]
async fn a_folder_may_be_for_some_only() {
    let app = booted("mounts_guarded", &[]).await;
    assert_eq!(app.get("/site/inside/plan.txt").await.status, 401);
    for (roles, status) in [(json!(["guest"]), 403), (json!(["keeper"]), 200)] {
        let made = app.post("/guarded/tokens", json!({"sub": "ana", "roles": roles})).await;
        let bearer = format!("Bearer {}", made.data().as_str().unwrap());
        let reply = ask(&app, Method::GET, "/site/inside/plan.txt", &[("authorization", &bearer)]).await;
        assert_eq!(reply.status, status, "{roles}");
    }
    app.stop().await;
}
