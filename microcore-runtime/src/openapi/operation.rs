//! One route → one operation: its parameters, its body, its answers, who may ask.

use serde_json::{Map, Value, json};

use super::schemas::Schemas;
use crate::manifest::{Access, InputFacts, PluginFacts, RouteFacts};

pub(super) fn operation(plugin: &PluginFacts, route: &RouteFacts, schemas: &mut Schemas) -> Value {
    let mut operation = Map::new();
    let id = format!("{}.{}.{}", plugin.identity.name, route.handler, route.method.to_ascii_lowercase());
    operation.insert("operationId".into(), id.into());
    operation.insert("tags".into(), json!([route.tag.unwrap_or(plugin.identity.domain)]));
    if !route.doc.is_empty() {
        operation.insert("summary".into(), route.doc.into());
    }
    let parameters: Vec<Value> = route.inputs.iter().flat_map(|input| parameters(input, schemas)).collect();
    if !parameters.is_empty() {
        operation.insert("parameters".into(), parameters.into());
    }
    if let Some(body) = route.inputs.iter().find_map(|input| body(input, schemas)) {
        operation.insert("requestBody".into(), body);
    }
    operation.insert("responses".into(), responses(route, schemas));
    match route.access {
        Access::Open => {}
        Access::Optional => drop(operation.insert("security".into(), json!([{}, { "bearer": [] }]))),
        Access::Protected(roles) => {
            operation.insert("security".into(), json!([{ "bearer": [] }]));
            if !roles.is_empty() {
                operation.insert("description".into(), format!("Roles: {}.", roles.join(", ")).into());
            }
        }
    }
    operation.into()
}

fn parameters(input: &InputFacts, schemas: &mut Schemas) -> Vec<Value> {
    let schema = schemas.input(input.shape);
    match input.place {
        "path" => vec![json!({ "name": input.name, "in": "path", "required": true, "schema": schema })],
        // The whole query as a struct: each of its fields is a parameter.
        "query" if input.name == "query" => {
            let schema = schemas.resolved(schema);
            let required =
                |name: &str| schema["required"].as_array().is_some_and(|names| names.iter().any(|one| one == name));
            let properties = schema["properties"].as_object().cloned().unwrap_or_default();
            properties.into_iter().map(|(name, schema)| query(&name, required(&name), schema)).collect()
        }
        "query" => vec![query(input.name, input.required, schema)],
        "header" => {
            let schema = without_null(schema);
            vec![json!({ "name": input.name, "in": "header", "required": input.required, "schema": schema })]
        }
        _ => Vec::new(),
    }
}

/// A parameter is there or it is not: there is no way to write `null` in a query.
fn query(name: &str, required: bool, schema: Value) -> Value {
    json!({ "name": name, "in": "query", "required": required, "schema": without_null(schema) })
}

fn without_null(mut schema: Value) -> Value {
    let is_null = |one: &Value| one == "null" || one["type"] == "null";
    if let Some(types) = schema["type"].as_array_mut() {
        types.retain(|one| !is_null(one));
        if let [one] = types.as_slice() {
            schema["type"] = one.clone();
        }
    } else if schema.get("anyOf").is_some()
        && let Some(choices) = schema["anyOf"].as_array_mut()
    {
        choices.retain(|one| !is_null(one));
        if let [one] = choices.as_slice() {
            schema = one.clone();
        }
    }
    if let Some(object) = schema.as_object_mut() {
        object.retain(|key, value| !(value.is_null() && (key == "default" || key == "type")));
    }
    schema
}

fn body(input: &InputFacts, schemas: &mut Schemas) -> Option<Value> {
    let media_type = match input.place {
        "body" => "application/json",
        "form" => "application/x-www-form-urlencoded",
        "files" => "multipart/form-data",
        _ => return None,
    };
    let content = json!({ media_type: { "schema": schemas.input(input.shape) } });
    Some(json!({ "required": input.required, "content": content }))
}

fn responses(route: &RouteFacts, schemas: &mut Schemas) -> Value {
    let mut responses = Map::new();
    let mut success = json!({ "description": "done" });
    if route.lasts() {
        success = lasting(route, schemas);
    } else if let Some(shape) = route.output.filter(|_| route.status != 204) {
        let envelope = json!({
            "type": "object",
            "properties": { "success": { "const": true }, "data": schemas.output(shape) },
            "required": ["success", "data"],
        });
        success["content"] = json!({ "application/json": { "schema": envelope } });
    }
    responses.insert(route.status.to_string(), success);
    let failure = |description: &str| {
        let schema = json!({ "$ref": "#/components/schemas/Failure" });
        json!({ "description": description, "content": { "application/json": { "schema": schema } } })
    };
    if matches!(route.access, Access::Protected(_)) {
        responses.insert("401".into(), failure("no good token"));
        responses.insert("403".into(), failure("not allowed"));
    }
    responses.insert("4XX".into(), failure("the request is refused"));
    responses.insert("5XX".into(), failure("the request failed"));
    responses.into()
}

/// What comes as long as the client stays: events, each with an item as its data, or the messages of a socket.
fn lasting(route: &RouteFacts, schemas: &mut Schemas) -> Value {
    let sent = route.output.map(|shape| schemas.output(shape)).unwrap_or_default();
    if route.method == "SSE" {
        let content = json!({ "text/event-stream": { "schema": sent } });
        return json!({ "description": "events, each with this as its data", "content": content });
    }
    let received = route.inputs.iter().find(|input| input.place == "socket");
    let received = received.map(|input| schemas.input(input.shape)).unwrap_or_default();
    // OpenAPI has no word for what comes after the handshake.
    json!({ "description": "a web socket of JSON messages", "x-messages": { "receives": received, "sends": sent } })
}
