//! The inputs of a route → parameters and the body.

use serde_json::{Value, json};

use super::schemas::Schemas;
use crate::manifest::{Access, InputFacts, RouteFacts};
use crate::response::ReplyForm;

/// The parameters of a route, those that its reply reads included.
pub(super) fn parameters(route: &RouteFacts, schemas: &mut Schemas) -> Vec<Value> {
    let mut parameters: Vec<Value> =
        route.all_inputs().into_iter().flat_map(|input| of_input(input, schemas)).collect();
    parameters.extend(read_by_us(route).into_iter().map(|(name, description)| {
        let schema = json!({ "type": "string" });
        json!({ "name": name, "in": "header", "required": false, "description": description, "schema": schema })
    }));
    parameters
}

/// The headers that a reply or a socket reads by itself, and what they are for.
fn read_by_us(route: &RouteFacts) -> Vec<(&'static str, String)> {
    let mut headers = Vec::new();
    let mut add = |name, description: &str| headers.push((name, description.to_owned()));
    if route.form == ReplyForm::File {
        add("range", "A range of the file: `bytes=0-1023`.");
        add("if-none-match", "The `etag` that the client has: 304 where the file is still that.");
    } else if route.is_compared() {
        add("if-none-match", "The `etag` that the client has: 304 where this is still that version.");
        add("if-match", "The `etag` that the client wants: 412 where this is another version.");
    } else if route.may_compare() {
        add("if-match", "The `etag` of what is changed: 412 where there is another version.");
        add("if-none-match", "`*` where nothing may be there yet: 412 where something is.");
    }
    if !route.protocols.is_empty() {
        let names = route.protocols.join("`, `");
        let token = if route.access == Access::Open {
            ""
        } else {
            " A token is offered beside them, as `bearer.` and the token."
        };
        add(
            "sec-websocket-protocol",
            &format!(
                "The subprotocols that the client speaks; the first that is known is agreed on: `{names}`.{token}"
            ),
        );
    }
    headers
}

fn of_input(input: &InputFacts, schemas: &mut Schemas) -> Vec<Value> {
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
        "query" => vec![query(input.name, input.is_required(), schema)],
        "header" => {
            let schema = without_null(schema);
            vec![json!({ "name": input.name, "in": "header", "required": input.is_required(), "schema": schema })]
        }
        _ => Vec::new(),
    }
}

/// A parameter is there or it is not: there is no way to write `null` in a query. A list is the key repeated, which is
/// what OpenAPI takes it for.
fn query(name: &str, required: bool, schema: Value) -> Value {
    let mut schema = without_null(schema);
    let description = schema.as_object_mut().and_then(|schema| schema.remove("description"));
    let mut parameter = json!({ "name": name, "in": "query", "required": required, "schema": schema });
    if let Some(description) = description {
        parameter["description"] = description;
    }
    parameter
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

/// The body, where the route reads one.
pub(super) fn body(route: &RouteFacts, schemas: &mut Schemas) -> Option<Value> {
    let bodies = ["body", "form", "files", "raw", "text"];
    let input = route.inputs.iter().find(|input| bodies.contains(&input.place))?;
    let mut schema = schemas.input(input.shape);
    let media_type = match input.place {
        "body" => "application/json",
        "raw" => "*/*",
        "text" => "text/plain",
        "form" => {
            // As in a query, a field is there or it is not.
            schema = schemas.resolved(schema);
            if let Some(fields) = schema.get_mut("properties").and_then(Value::as_object_mut) {
                fields.values_mut().for_each(|field| *field = without_null(field.take()));
            }
            "application/x-www-form-urlencoded"
        }
        _ => "multipart/form-data",
    };
    Some(json!({ "required": input.is_required(), "content": { media_type: { "schema": schema } } }))
}
