//! One route → its answers: the success as the reply's type says it, and the refusals.

use serde_json::{Map, Value, json};

use super::failures;
use super::schemas::Schemas;
use crate::manifest::RouteFacts;
use crate::response::{ReplyForm, ReplyFunctions};

pub(super) fn responses(route: &RouteFacts, replies: &ReplyFunctions, schemas: &mut Schemas) -> Value {
    let mut responses = Map::new();
    failures::insert(route, &mut responses);
    let mut add = |status: &str, response: Value| drop(responses.insert(status.to_owned(), response));
    let status = route.status.to_string();
    if route.lasts() {
        add(&status, lasting(route, schemas));
        return responses.into();
    }
    match route.form {
        ReplyForm::Json => add(&status, value(route, replies, schemas)),
        ReplyForm::Created => {
            let mut created = value(route, replies, schemas);
            created["headers"] = location("Where it is.");
            add(&status, created);
        }
        ReplyForm::Empty => add(&status, json!({ "description": "Done." })),
        ReplyForm::Redirect => {
            add("3XX", json!({ "description": "It is elsewhere.", "headers": location("Where to look.") }));
        }
        ReplyForm::Media => add(&status, json!({ "description": "Done.", "content": content(route.media) })),
        ReplyForm::File => {
            let headers = json!({
                "etag": { "description": "The file's version.", "schema": { "type": "string" } },
                "last-modified": { "schema": { "type": "string" } },
                "accept-ranges": { "schema": { "const": "bytes" } },
            });
            let content = content(route.media);
            add("200", json!({ "description": "The file.", "headers": headers, "content": content }));
            let range = || json!({ "content-range": { "required": true, "schema": { "type": "string" } } });
            add("206", json!({ "description": "The range of it.", "headers": range(), "content": content }));
            add("304", json!({ "description": "The client has it." }));
            add("416", json!({ "description": "It is shorter than the range.", "headers": range() }));
        }
        ReplyForm::Response => {
            let mut content = content(route.media);
            if let (Some(shape), Some(media)) = (route.output, route.media) {
                content[media]["schema"] = schemas.output(shape);
            }
            let response = json!({ "description": "As the handler makes it.", "content": content });
            add(&status, response.clone());
            add("default", response);
        }
    }
    // A file's is there already.
    if route.versioned && route.form != ReplyForm::File {
        version(route, &mut responses);
    }
    responses.into()
}

/// The version of what is told, and the answer to who has it.
fn version(route: &RouteFacts, responses: &mut Map<String, Value>) {
    let etag = || json!({ "description": "The version of this.", "schema": { "type": "string" } });
    let succeeds = |status: &str| status.starts_with('2') || status == "default";
    for (_, response) in responses.iter_mut().filter(|(status, _)| succeeds(status)) {
        response["headers"]["etag"] = etag();
    }
    if route.is_compared() {
        responses.insert(
            "304".to_owned(),
            json!({ "description": "The client has this version.", "headers": { "etag": etag() } }),
        );
    }
}

/// The value in the shape of the application's replies.
fn value(route: &RouteFacts, replies: &ReplyFunctions, schemas: &mut Schemas) -> Value {
    // These two never have a body, whatever the handler returned.
    let shape = route.output.filter(|_| !matches!(route.status, 204 | 304));
    let Some(shape) = shape else { return json!({ "description": "Done." }) };
    let schema = (replies.value_schema)(schemas.output(shape));
    json!({ "description": "Done.", "content": { replies.value_media: { "schema": schema } } })
}

fn location(description: &str) -> Value {
    let schema = json!({ "type": "string", "format": "uri-reference" });
    json!({ "location": { "description": description, "required": true, "schema": schema } })
}

/// Bytes of a media type, and of any where the route does not say which.
///
/// Bytes have no schema (OpenAPI 3.1, 4.8.14.2), text is a string; the schema of a stream of events would be one event's.
fn content(media: Option<&str>) -> Value {
    let media = media.unwrap_or("*/*");
    let is_text = media.starts_with("text/") && !media.starts_with("text/event-stream");
    json!({ media: if is_text { json!({ "schema": { "type": "string" } }) } else { json!({}) } })
}

/// What comes as long as the client stays: events, each with an item as its data, or the messages of a socket.
fn lasting(route: &RouteFacts, schemas: &mut Schemas) -> Value {
    let sent = route.output.map(|shape| schemas.output(shape)).unwrap_or_default();
    if route.method == "SSE" {
        let content = json!({ "text/event-stream": { "schema": sent } });
        return json!({ "description": "Events, each with this as its data.", "content": content });
    }
    let received = route.inputs.iter().find(|input| input.place == "socket");
    let received = received.map(|input| schemas.input(input.shape)).unwrap_or_default();
    // OpenAPI has no word for what comes after the handshake.
    let messages = json!({ "receives": received, "sends": sent });
    let mut socket = json!({ "description": "A web socket of JSON messages.", "x-messages": messages });
    if !route.protocols.is_empty() {
        let schema = json!({ "type": "string", "enum": route.protocols });
        let agreed = json!({ "description": "The subprotocol that was agreed on.", "schema": schema });
        socket["headers"] = json!({ "sec-websocket-protocol": agreed });
    }
    socket
}
