//! Paths, methods and inputs by name.

use serde_json::json;

use crate::wires::booted;

#[microcore::test]
async fn a_literal_goes_before_a_parameter_and_a_parameter_before_the_rest() {
    let app = booted("precedence", &[]).await;
    let cases = [
        ("/inputs/me", "literal"),
        ("/inputs/you", "parameter you"),
        ("/inputs/me/y/x", "deep y"),
        ("/inputs/me/y/z", "rest me/y/z"),
        ("/inputs/a/b", "rest a/b"),
        ("/inputs/", "rest "),
        ("/inputs/a%2Fb%20c", "parameter a/b c"),
        ("/inputs/m%65", "parameter me"),
    ];
    for (path, expected) in cases {
        assert_eq!(app.get(path).await.data(), json!(expected), "{path}");
    }
    for path in ["/inputs", "/Inputs/me", "/nothing", "//inputs/me"] {
        assert_eq!(app.get(path).await.error()["code"], "not_found", "{path}");
    }
    app.stop().await;
}

#[microcore::test]
async fn a_known_path_with_another_method_tells_the_methods() {
    let app = booted("methods", &[]).await;
    let refused = app.delete("/inputs/both").await;
    assert_eq!(
        (refused.status.as_u16(), refused.headers["allow"].to_str().unwrap()),
        (405, "GET, HEAD, OPTIONS, PATCH, PUT")
    );
    assert_eq!(refused.error()["code"], "method_not_allowed");
    for method in [http::Method::PUT, http::Method::PATCH] {
        assert_eq!(app.send(method, "/inputs/both", None).await.status, 204);
    }
    let options = app.send(http::Method::OPTIONS, "/inputs/both", None).await;
    assert_eq!(
        (options.status.as_u16(), options.headers["allow"].to_str().unwrap()),
        (204, "GET, HEAD, OPTIONS, PATCH, PUT")
    );
    let head = app.send(http::Method::HEAD, "/inputs/me", None).await;
    assert_eq!((head.status.as_u16(), head.body.len()), (200, 0));
    assert_eq!(head.headers["content-length"], app.get("/inputs/me").await.body.len().to_string());
    app.stop().await;
}

#[microcore::test]
async fn inputs_are_read_by_name() {
    let app = booted("inputs", &[]).await;
    let lists = app.get("/inputs/lists?tag=a&exact=true&tag=b%26c&unknown=1").await;
    assert_eq!(lists.data(), json!([["a", "b&c"], null, true]));
    let refused = app.get("/inputs/lists?page=x&page=y").await;
    assert_eq!(refused.status, 400);
    let names: Vec<_> =
        refused.error()["fields"].as_array().unwrap().iter().map(|field| field["field"].clone()).collect();
    assert_eq!(names, ["page", "exact"], "every refused input at once");
    assert_eq!(app.get("/inputs/struct?min=3&word=a+b").await.data(), json!({ "min": 3, "word": "a b" }));

    let request = http::Request::get("/inputs/headers")
        .header("host", "x")
        .header("user-agent", "test")
        .header("x-request-id", "abc-1");
    let reply = app.exchange(request.body(http_body_util::Full::default()).unwrap()).await;
    assert_eq!(reply.data(), json!(["test", "abc-1"]));
    app.stop().await;
}

#[microcore::test]
async fn what_a_column_can_hold_is_an_input_and_a_reply_and_documented() {
    let app = booted("values", &[]).await;
    let uuid = "67e55044-10b1-426f-9247-bb680e5fe0c8";
    let reply = app.get(&format!("/values/{uuid}?from=2024-02-29&until=2026-01-31T14:00:00%2B02:00&price=0.10")).await;
    let expected = json!({ "id": uuid, "from": "2024-02-29", "until": "2026-01-31T12:00:00Z", "price": ["0.10"] });
    assert_eq!(reply.data(), expected);
    let refused = app.get("/values/7?until=noon&price=1,5").await;
    assert_eq!(
        (refused.status.as_u16(), refused.error()["message"].as_str().unwrap()),
        (
            400,
            "path parameter `id` must be a UUID; query parameter `from` is required; \
             query parameter `until` must be a moment such as 2026-01-31T12:00:00Z; \
             query parameter `price` must be a decimal number of up to 28 digits"
        )
    );
    app.stop().await;

    let document =
        microcore_runtime::openapi::document(&<crate::App as microcore::application::Application>::MANIFEST, None);
    let operation = &document["paths"]["/values/{id}"]["get"];
    let formats: Vec<_> = operation["parameters"]
        .as_array()
        .unwrap()
        .iter()
        .map(|parameter| {
            let schema = &parameter["schema"];
            (parameter["name"].as_str().unwrap(), schema["format"].as_str().unwrap_or_default())
        })
        .collect();
    assert_eq!(formats[..3], [("id", "uuid"), ("from", "date"), ("until", "date-time")], "{operation}");
    assert!(operation["parameters"][3]["schema"]["items"]["pattern"].is_string(), "{operation}");
}

/// RFC 9110, 15.5.6 and 9.3.7.
#[microcore::test]
async fn the_document_tells_its_methods() {
    let app = booted("described", &[]).await;
    let (refused, told) =
        (app.post("/openapi.json", json!({})).await, app.send(http::Method::OPTIONS, "/openapi.json", None).await);
    assert_eq!((refused.status.as_u16(), told.status.as_u16()), (405, 204));
    for answer in [&refused, &told] {
        assert_eq!(answer.headers["allow"], "GET, HEAD, OPTIONS");
    }
    assert_eq!(app.post("/openapi.yaml", json!({})).await.status, 404);
    app.stop().await;
}

#[microcore::test]
async fn a_path_is_given_up_only_where_no_pattern_has_the_method() {
    let app = booted("backtrack", &[]).await;
    assert_eq!(app.post("/backtrack/me", json!({})).await.data(), "literal");
    assert_eq!(app.get("/backtrack/me").await.data(), "parameter me", "the literal has no GET");
    assert_eq!(app.delete("/backtrack/me").await.data(), "rest me", "neither literal nor parameter has a DELETE");
    assert_eq!(app.send(http::Method::HEAD, "/backtrack/me", None).await.status, 200);
    let refused = app.put("/backtrack/me", json!({})).await;
    assert_eq!(refused.status, 405);
    assert_eq!(refused.headers["allow"], "DELETE, GET, HEAD, OPTIONS, POST", "of every pattern that has the path");
    assert_eq!(app.post("/backtrack/you", json!({})).await.headers["allow"], "DELETE, GET, HEAD, OPTIONS");
    app.stop().await;
}

#[microcore::test]
async fn a_path_in_any_language_is_reached_in_every_spelling_of_a_request() {
    let app = booted("accents", &[]).await;
    for path in ["/caf%C3%A9", "/caf%c3%a9", "/caf%C3%a9"] {
        assert_eq!(app.get(path).await.data(), json!("literal"), "{path}");
    }
    let put = async |path: &str| app.send(http::Method::PUT, path, None).await;
    assert_eq!(put("/caf%c3%a9/x%2Fy/gr%C3%B6%c3%9fe").await.data(), json!("x/y"));
    assert_eq!(app.get("/th%C3%A9/caf%C3%A9").await.data(), json!("thé"));
    let stream = app.get("/caf%C3%A9/neuigkeiten/fr%C3%BCh").await;
    assert_eq!(stream.headers["content-type"], "text/event-stream");
    assert_eq!(app.get("/stra%C3%9Fe/site.css").await.status, 200);
    for path in ["/cafe", "/caf%C3", "/caf%C3%A9s", "/caf%25C3%25A9", "/caf%E9"] {
        assert_eq!(app.get(path).await.error()["code"], "not_found", "{path}");
    }
    let refused = app.delete("/caf%C3%A9").await;
    assert_eq!((refused.status.as_u16(), refused.headers["allow"].to_str().unwrap()), (405, "GET, HEAD, OPTIONS"));
    let document = app.get("/openapi.json").await.json();
    let paths = document["paths"].as_object().unwrap();
    assert!(paths.contains_key("/caf%C3%A9/{name}/gr%C3%B6%C3%9Fe"), "{:?}", paths.keys());
    app.stop().await;
}
