//! The OpenAPI document of the whole application, read as a client generator would, and held to what is sent.

use std::collections::BTreeSet;

use http::Method;
use microcore::testing::Reply;
use serde_json::{Value, json};

use crate::wires::booted;

/// Every operation with its path.
fn operations(document: &Value) -> Vec<(&str, &Value)> {
    let paths = document["paths"].as_object().unwrap().iter();
    paths.flat_map(|(path, item)| item.as_object().unwrap().values().map(move |one| (path.as_str(), one))).collect()
}

#[microcore::test]
async fn every_operation_has_a_name_of_its_own_and_every_reference_leads_somewhere() {
    let app = booted("document_names", &[]).await;
    let document = app.get("/openapi.json").await.json();
    let operations = operations(&document);
    let names: BTreeSet<_> = operations.iter().map(|(_, one)| one["operationId"].as_str().unwrap()).collect();
    assert_eq!(names.len(), operations.len());
    let shape =
        |path: &str| path.split('/').map(|part| if part.starts_with('{') { "{}" } else { part }.to_owned()).collect();
    let paths = document["paths"].as_object().unwrap();
    let shapes: BTreeSet<Vec<String>> = paths.keys().map(|path| shape(path)).collect();
    assert_eq!(shapes.len(), paths.len(), "OpenAPI takes paths of one shape for one");
    for (path, operation) in operations {
        assert!(operation.get("parameters").is_none_or(Value::is_array), "{path}: parameters are a list or not there");
        let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
        let named = |name: &str| parameters.iter().any(|one| one["in"] == "path" && one["name"] == name);
        for name in path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')) {
            assert!(named(name), "{path}: `{name}` is no parameter");
        }
        assert!(operation["responses"].as_object().unwrap().len() > 3, "{path}");
    }
    let mut open = vec![&document];
    while let Some(value) = open.pop() {
        if let Some(target) = value.get("$ref").and_then(Value::as_str) {
            assert!(document.pointer(&target[1..]).is_some(), "{target}");
        }
        open.extend(value.as_object().into_iter().flat_map(|object| object.values()));
        open.extend(value.as_array().into_iter().flatten());
    }
    app.stop().await;
}

/// What the document has for a reply: its status, `3XX`, or what is left.
fn documented<'d>(operation: &'d Value, reply: &Reply) -> Option<&'d Value> {
    let responses = operation["responses"].as_object().unwrap();
    let range = format!("{}XX", reply.status.as_u16() / 100);
    responses.get(reply.status.as_str()).or_else(|| responses.get(&range)).or_else(|| responses.get("default"))
}

#[microcore::test]
async fn every_form_of_reply_is_sent_as_it_is_documented() {
    let app = booted("document_replies", &[]).await;
    let document = app.get("/openapi.json").await.json();
    let file = std::env::temp_dir().join(format!("microcore-replies-{}-told.txt", std::process::id()));
    std::fs::write(&file, "told").unwrap();
    for (method, path, template) in [
        (Method::POST, "/replies/accepted", ""),
        (Method::POST, "/replies/created", ""),
        (Method::DELETE, "/replies/gone", ""),
        (Method::GET, "/replies/moved", ""),
        (Method::GET, "/replies/media", ""),
        (Method::GET, "/replies/stream", ""),
        (Method::GET, "/replies/file/told.txt", "/replies/file/{name}"),
        (Method::GET, "/replies/file/nothing", "/replies/file/{name}"),
    ] {
        let reply = app.send(method.clone(), path, None).await;
        let item = &document["paths"][if template.is_empty() { path } else { template }];
        let operation = &item[method.as_str().to_ascii_lowercase()];
        let response = documented(operation, &reply).unwrap_or_else(|| panic!("{path}: {}", reply.status));
        let response = match response["$ref"].as_str() {
            Some(target) => document.pointer(&target[1..]).unwrap(),
            None => response,
        };
        let content = response["content"].as_object();
        match reply.headers.get("content-type").map(|value| value.to_str().unwrap()) {
            Some(sent) => {
                let content = content.unwrap_or_else(|| panic!("{path} has no content"));
                assert!(content.contains_key(sent) || content.contains_key("*/*"), "{path}: {sent}");
            }
            None => assert!(content.is_none(), "{path}"),
        }
        for (name, header) in response["headers"].as_object().into_iter().flatten() {
            assert!(header["required"] != true || reply.headers.contains_key(name), "{path}: {name}");
        }
    }
    std::fs::remove_file(file).unwrap();
    let media = &document["paths"]["/replies/media"]["get"]["responses"]["200"]["content"];
    assert_eq!(media, &json!({ "text/csv; charset=utf-8": { "schema": { "type": "string" } } }));
    let stream = &document["paths"]["/replies/stream"]["get"];
    assert_eq!(
        (&stream["summary"], &stream["description"]),
        (&json!("Two words."), &json!("They come one after the other."))
    );
    assert_eq!(stream["deprecated"], true);
    app.stop().await;
}

#[microcore::test]
async fn the_cookie_has_the_name_that_the_settings_give_it() {
    let app = booted("document_cookie", &[("AUTH_COOKIE", "sesame")]).await;
    let document = app.get("/openapi.json").await.json();
    let cookie = &document["components"]["securitySchemes"]["cookie"];
    assert_eq!((&cookie["in"], &cookie["name"]), (&json!("cookie"), &json!("sesame")));
    let security = |path: &str| document["paths"][path]["get"]["security"].clone();
    assert_eq!(security("/guarded/me"), json!([{ "bearer": [] }, { "cookie": [] }]));
    assert_eq!(security("/guarded/maybe"), json!([{ "bearer": [] }, { "cookie": [] }, {}]));
    assert_eq!(security("/guarded/admin"), json!([{ "bearer": [] }, { "cookie": [] }]));
    assert_eq!(document["paths"]["/guarded/admin"]["get"]["description"], "Needs the role `admin` or `owner`.");
    app.stop().await;
}

#[microcore::test]
async fn a_socket_is_in_the_document_with_its_subprotocols() {
    let app = booted("document_sockets", &[]).await;
    let document = app.get("/openapi.json").await.json();
    let members = &document["paths"]["/live/members"]["get"];
    assert_eq!(members["parameters"][0]["name"], "sec-websocket-protocol");
    let agreed = &members["responses"]["101"]["headers"]["sec-websocket-protocol"];
    assert_eq!(agreed["schema"]["enum"], json!(["members"]));
    assert!(document["paths"]["/live/echo"]["get"]["responses"]["101"].get("headers").is_none());
    app.stop().await;
}

#[microcore::test]
async fn a_body_that_is_read_as_it_came_is_of_any_media_type() {
    let app = booted("document_raw", &[]).await;
    let document = app.get("/openapi.json").await.json();
    let content = |path: &str| document["paths"][path]["post"]["requestBody"].clone();
    let raw =
        json!({ "required": false, "content": { "*/*": { "schema": { "type": "string", "format": "binary" } } } });
    assert_eq!(content("/paid"), raw);
    let text = json!({ "required": false, "content": { "text/plain": { "schema": { "type": "string" } } } });
    assert_eq!(content("/bodies/plain"), text);
    assert!(document["paths"]["/paid"]["post"]["responses"].get("422").is_none(), "nothing is asked of its content");
    app.stop().await;
}
