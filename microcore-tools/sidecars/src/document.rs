//! What documents tell of a guest that was dropped in.

use microcore_runtime::guest::GuestOperation;
use microcore_sidecars_manifest::{Ask, Parameter, Segment};
use serde_json::{Value, json};

use crate::facts::Facts;

/// The routes of a guest; none of one that is compiled in, which the manifest of the application has.
pub(crate) fn operations(facts: &Facts) -> Vec<GuestOperation> {
    if facts.compiled {
        return Vec::new();
    }
    let routes = facts.manifest.routes.iter().map(|route| {
        let schema = |name: &str| {
            let mut schema = facts.schemas.get(name).map(|schema| schema.document.clone()).unwrap_or_default();
            // What it refers to is looked for in itself.
            if schema.get("$defs").is_some() && schema.get("$id").is_none() {
                schema["$id"] = format!("{}/{name}", facts.name()).into();
            }
            schema
        };
        let parameters = route.segments.iter().filter_map(|segment| match segment {
            Segment::Literal(_) => None,
            Segment::Parameter { name, is } => Some((name.clone(), parameter(*is))),
        });
        GuestOperation {
            guest: facts.identity,
            name: route.name.clone(),
            method: match route.ask {
                Ask::Get => "GET",
                Ask::Post => "POST",
                Ask::Put => "PUT",
                Ask::Patch => "PATCH",
                Ask::Delete => "DELETE",
            },
            path: route.path.clone(),
            doc: route.doc.clone(),
            tag: route.tag.clone(),
            parameters: parameters.collect(),
            roles: route.protected.then(|| route.roles.iter().map(|role| role.name.clone()).collect()),
            body: route.body.as_ref().map(|named| schema(&named.name)),
            answer: route.answer.as_ref().map(|named| schema(&named.name)),
            reply: route.reply.clone(),
        }
    });
    routes.collect()
}

fn parameter(is: Parameter) -> Value {
    match is {
        Parameter::Text => json!({ "type": "string" }),
        Parameter::Integer => json!({ "type": "integer", "format": "int64" }),
        Parameter::Number => json!({ "type": "number", "format": "double" }),
        Parameter::Boolean => json!({ "type": "boolean" }),
        Parameter::Uuid => json!({ "type": "string", "format": "uuid" }),
    }
}
