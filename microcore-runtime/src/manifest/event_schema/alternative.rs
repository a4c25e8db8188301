//! What a schema allows, as a list of alternatives that can be found again in a later version. In: a schema with the
//! document that it stands in. Out: values, objects by their tag, and plain types.
//!
//! A variant's documentation makes schemars write `oneOf` where it wrote `enum`, and an `Option` of a struct is `anyOf`:
//! how alternatives are written says nothing, which there are says everything.

use serde_json::{Map, Value, json};

/// One thing that a value may be.
#[derive(Debug, Clone)]
pub(super) struct Alternative {
    /// By what it is recognised: `"paid"`, `kind = "card"`, `null`, `object`.
    pub(super) key: String,
    pub(super) schema: Value,
}

/// The words of a schema that say nothing about what is allowed.
const ANNOTATIONS: [&str; 9] =
    ["description", "title", "default", "examples", "deprecated", "readOnly", "writeOnly", "$comment", "$schema"];

/// What a schema refers to, in its place; keywords beside the reference narrow it.
pub(super) fn resolved(schema: &Value, root: &Value) -> Value {
    let mut schema = schema.clone();
    // Bounded, because a reference may lead to itself.
    for _ in 0..16 {
        let Some(target) = schema.get("$ref").and_then(Value::as_str) else { break };
        let found = target.strip_prefix('#').and_then(|pointer| root.pointer(&decoded(pointer))).cloned();
        let (Some(Value::Object(mut found)), Value::Object(mut beside)) = (found, schema.clone()) else { break };
        beside.remove("$ref");
        found.extend(beside);
        schema = found.into();
    }
    if let Value::Object(object) = &mut schema {
        object.retain(|key, _| !ANNOTATIONS.contains(&key.as_str()) && !key.starts_with("x-"));
        // What is one of all is that one.
        if let Some(Value::Array(all)) = object.remove("allOf") {
            for each in &all {
                merge(object, resolved(each, root));
            }
        }
    }
    schema
}

fn decoded(pointer: &str) -> String {
    percent_encoding::percent_decode_str(pointer).decode_utf8_lossy().into_owned()
}

/// The alternatives of a schema.
pub(super) fn alternatives(schema: &Value, root: &Value) -> Vec<Alternative> {
    let mut schema = resolved(schema, root);
    let Some(object) = schema.as_object_mut() else { return vec![plain(schema)] };
    let lists = ["oneOf", "anyOf"].map(|list| object.remove(list));
    let choices: Vec<Value> =
        lists.into_iter().flatten().filter_map(|list| list.as_array().cloned()).flatten().collect();
    if !choices.is_empty() {
        let mut found = Vec::new();
        for choice in choices {
            let mut choice = resolved(&choice, root);
            // What stands beside the choice holds for each: an enum that is flattened into a struct.
            if let Some(choice) = choice.as_object_mut()
                && object.contains_key("properties")
            {
                merge(choice, Value::Object(object.clone()));
            }
            found.extend(alternatives(&choice, root).into_iter().map(|one| tagged(one, root)));
        }
        return found;
    }
    if let Some(Value::Array(values)) = object.remove("enum") {
        return values.into_iter().map(value).collect();
    }
    if let Some(constant) = object.remove("const") {
        return vec![value(constant)];
    }
    if let Some(Value::Array(types)) = object.get("type").cloned() {
        let one = |ty: Value| {
            let mut schema = object.clone();
            schema.insert("type".to_owned(), ty);
            plain(schema.into())
        };
        return types.into_iter().map(one).collect();
    }
    vec![plain(schema)]
}

/// A value that is written out.
fn value(constant: Value) -> Alternative {
    Alternative { key: constant.to_string(), schema: json!({ "const": constant }) }
}

fn plain(schema: Value) -> Alternative {
    Alternative { key: schema["type"].as_str().unwrap_or("any").to_owned(), schema }
}

/// One of several objects is recognised by its tag: a required field of one value, or its only field.
fn tagged(alternative: Alternative, root: &Value) -> Alternative {
    let Some(properties) = alternative.schema["properties"].as_object() else { return alternative };
    let required =
        |name: &str| alternative.schema["required"].as_array().is_some_and(|names| names.iter().any(|one| one == name));
    let constant = |schema: &Value| match alternatives(schema, root).as_slice() {
        [one] => one.schema.get("const").cloned(),
        _ => None,
    };
    let mut tags: Vec<String> = properties
        .iter()
        .filter(|(name, _)| required(name))
        .filter_map(|(name, schema)| Some(format!("`{name}` = {}", constant(schema)?)))
        .collect();
    tags.sort();
    let closed = alternative.schema["additionalProperties"] == json!(false);
    let key = match properties.keys().next() {
        _ if !tags.is_empty() => tags.join(", "),
        Some(only) if closed && properties.len() == 1 && required(only) => format!("{{{only}}}"),
        _ => return alternative,
    };
    Alternative { key, ..alternative }
}

/// Both at once: fields and demands of the one and of the other.
fn merge(into: &mut Map<String, Value>, other: Value) {
    let Value::Object(other) = other else { return };
    for (key, value) in other {
        match (into.get_mut(&key), value) {
            (Some(Value::Object(known)), Value::Object(more)) => known.extend(more),
            (Some(Value::Array(known)), Value::Array(more)) => {
                let new: Vec<Value> = more.into_iter().filter(|one| !known.contains(one)).collect();
                known.extend(new);
            }
            (Some(_), _) => {}
            (None, value) => drop(into.insert(key, value)),
        }
    }
}
