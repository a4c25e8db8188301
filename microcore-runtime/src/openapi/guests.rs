//! The routes of guests that were dropped in, put into the document of the application: they come and go while it runs.
//!
//! In: the document of what is compiled in, and the routes as they are now. Out: both in one.

use serde_json::{Map, Value, json};

use super::{failures, security};
use crate::guest::GuestOperation;
use crate::manifest::{Access, InputFacts, RouteFacts};
use crate::request::TokenPlaces;
use crate::response::ReplyForm;

/// What of a path may be refused.
const PATH: InputFacts =
    InputFacts { name: "path", place: "path", may_be_absent: || false, shape: |_| schemars::Schema::default() };

pub(super) fn added(mut document: Value, operations: &[GuestOperation], places: &TokenPlaces) -> Value {
    for operation in operations {
        let facts = facts(operation);
        let media = failure_media(&document).to_owned();
        put(&mut document["components"]["responses"], failures::components([&facts].into_iter(), &media));
        if let Some(schemes) = security::schemes([&facts].into_iter(), places) {
            put(&mut document["components"]["securitySchemes"], schemes);
        }
        // OpenAPI takes paths that differ in the names of their parameters for one.
        let mut paths = document["paths"].as_object().into_iter().flat_map(Map::keys);
        let known = paths.find(|path| shape(path) == shape(&operation.path)).cloned();
        let path = known.unwrap_or_else(|| operation.path.clone());
        let told = told(operation, &facts, &path, places);
        document["paths"][&path][operation.method.to_ascii_lowercase()] = told;
    }
    document.sort_all_objects();
    document
}

/// What decides over refusals and tokens.
fn facts(operation: &GuestOperation) -> RouteFacts {
    const ROLES: &[&str] = &["one"];
    let access = match &operation.roles {
        None => Access::Open,
        Some(roles) if roles.is_empty() => Access::Protected(&[]),
        Some(_) => Access::Protected(ROLES),
    };
    let has_body = matches!(operation.method, "POST" | "PUT" | "PATCH");
    let inputs: &'static [InputFacts] = match (operation.parameters.is_empty(), has_body) {
        (true, false) => &[],
        (false, false) => &[PATH],
        (true, true) => &[InputFacts::RAW],
        (false, true) => &[PATH, InputFacts::RAW],
    };
    RouteFacts { method: operation.method, access, inputs, form: ReplyForm::Response, ..RouteFacts::PLAIN }
}

fn told(operation: &GuestOperation, facts: &RouteFacts, path: &str, places: &TokenPlaces) -> Value {
    let GuestOperation { guest, name, method, doc, tag, parameters, roles, body, answer, reply, .. } = operation;
    let names = path.split('/').filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'));
    let parameters: Vec<Value> = names
        .zip(parameters)
        .map(|(name, (_, schema))| json!({ "name": name, "in": "path", "required": true, "schema": schema }))
        .collect();
    let mut responses = Map::new();
    failures::insert(facts, &mut responses);
    let media = reply.as_deref().or(answer.as_ref().map(|_| "application/json")).unwrap_or("*/*");
    let content = match answer {
        Some(schema) => json!({ media: { "schema": schema } }),
        None => json!({ media: {} }),
    };
    responses.insert("200".to_owned(), json!({ "description": "As the guest makes it.", "content": content }));
    let mut told = json!({
        "operationId": format!("{}.{name}.{}", guest.name, method.to_ascii_lowercase()),
        "tags": [tag.as_deref().unwrap_or(guest.domain)],
        "responses": responses,
    });
    let mut add = |key: &str, value: Value| told[key] = value;
    if !doc.is_empty() {
        add("summary", doc.as_str().into());
    }
    if let Some(roles) = roles.as_ref().filter(|roles| !roles.is_empty()) {
        add("description", format!("Needs the role `{}`.", roles.join("` or `")).into());
    }
    if !parameters.is_empty() {
        add("parameters", parameters.into());
    }
    if let Some(schema) = body {
        add("requestBody", json!({ "required": true, "content": { "application/json": { "schema": schema } } }));
    } else if matches!(*method, "POST" | "PUT" | "PATCH") {
        add("requestBody", json!({ "required": false, "content": { "*/*": {} } }));
    }
    if let Some(security) = security::required(facts, places) {
        add("security", security);
    }
    told
}

/// What is not there yet.
fn put(into: &mut Value, more: Value) {
    let Value::Object(more) = more else { return };
    for (key, value) in more {
        if into.get(&key).is_none() {
            into[&key] = value;
        }
    }
}

/// Failures have one media type, whoever answers.
fn failure_media(document: &Value) -> &str {
    let responses = document["components"]["responses"].as_object();
    let first = responses.and_then(|responses| responses.values().next());
    let media = first.and_then(|response| response["content"].as_object()?.keys().next());
    media.map_or("application/json", String::as_str)
}

fn shape(path: &str) -> Vec<&str> {
    path.split('/').map(|segment| if segment.starts_with('{') { "{}" } else { segment }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plugin::Identity;

    #[test]
    fn a_guest_that_was_dropped_in_stands_beside_what_is_compiled() {
        static GUEST: Identity = Identity { domain: "shop", plugin: "invoice", name: "shop.invoice" };
        let mut compiled = super::super::document(&crate::manifest::Manifest::EMPTY, None);
        compiled["paths"]["/invoices/{id}"] = json!({ "delete": {} });
        let operation = GuestOperation {
            guest: &GUEST,
            name: "one".to_owned(),
            method: "GET",
            path: "/invoices/{number}".to_owned(),
            doc: "An invoice.".to_owned(),
            tag: None,
            parameters: vec![("number".to_owned(), json!({ "type": "integer" }))],
            roles: Some(vec!["clerk".to_owned()]),
            body: None,
            answer: Some(json!({ "type": "object" })),
            reply: None,
        };
        let document = added(compiled, &[operation], &TokenPlaces::default());
        let both = &document["paths"]["/invoices/{id}"];
        assert!(both["delete"].is_object());
        let one = &both["get"];
        assert_eq!((&one["parameters"][0]["name"], &one["tags"][0]), (&json!("id"), &json!("shop")));
        assert_eq!(one["responses"]["200"]["content"]["application/json"]["schema"]["type"], "object");
        assert_eq!(
            (&one["security"], &one["description"]),
            (&json!([{ "bearer": [] }]), &json!("Needs the role `clerk`."))
        );
        for (status, name) in [("401", "Unauthorized"), ("403", "Forbidden"), ("400", "BadRequest")] {
            assert_eq!(one["responses"][status]["$ref"], format!("#/components/responses/{name}"));
            assert!(document["components"]["responses"][name].is_object(), "{name} is described");
        }
        assert!(document["components"]["securitySchemes"]["bearer"].is_object());
    }
}
