//! Types → schemas that stand once under `components` and are referred to.
//!
//! What is read and what is written may differ for one type (a field with a default is optional in a body and always
//! there in a reply), so the two are generated apart; where they differ, the reply's has a name of its own.

use schemars::SchemaGenerator;
use schemars::generate::{Contract, SchemaSettings};
use serde_json::{Map, Value, json};

use crate::manifest::ShapeOf;

const PLACE: &str = "#/components/schemas/";

pub(super) struct Schemas {
    inputs: SchemaGenerator,
    outputs: SchemaGenerator,
}

impl Default for Schemas {
    fn default() -> Self {
        let generator = |contract: Contract| {
            let settings = SchemaSettings::draft2020_12().with(|settings| {
                settings.contract = contract;
                settings.definitions_path = "/components/schemas".into();
                settings.meta_schema = None;
            });
            settings.into_generator()
        };
        Self { inputs: generator(Contract::Deserialize), outputs: generator(Contract::Serialize) }
    }
}

impl Schemas {
    /// The schema of what a route reads.
    pub(super) fn input(&mut self, of: ShapeOf) -> Value {
        bounded(of(&mut self.inputs).to_value())
    }

    /// The schema of what a route replies; it may be renamed in the end, see [`Schemas::into_components`].
    pub(super) fn output(&mut self, of: ShapeOf) -> Value {
        let mut schema = bounded(of(&mut self.outputs).to_value());
        mark(&mut schema);
        schema
    }

    /// The same schema with what it refers to in its place.
    pub(super) fn resolved(&self, schema: Value) -> Value {
        let name = schema["$ref"].as_str().and_then(|target| target.strip_prefix(PLACE)).map(str::to_owned);
        let found = name.and_then(|name| self.inputs.definitions().get(&name));
        found.cloned().map_or(schema, bounded)
    }

    pub(super) fn into_components(mut self) -> Map<String, Value> {
        let mut components: Map<String, Value> =
            self.inputs.take_definitions(true).into_iter().map(|(name, schema)| (name, bounded(schema))).collect();
        for (name, schema) in self.outputs.take_definitions(true) {
            let mut schema = bounded(schema);
            mark(&mut schema);
            components.insert(format!("{name}{REPLY}"), schema);
        }
        components.insert("Failure".into(), failure());
        components
    }
}

/// What a reply's schema is called beside the body's of the same type.
const REPLY: &str = "Reply";

/// Lets the references of a reply's schema lead to replies' schemas.
fn mark(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            if let Some(Value::String(target)) = object.get_mut("$ref")
                && target.starts_with(PLACE)
            {
                target.push_str(REPLY);
            }
            object.values_mut().for_each(mark);
        }
        Value::Array(items) => items.iter_mut().for_each(mark),
        _ => {}
    }
}

/// The HTML standard's pattern of an address with dots where RFC 5321 has them, as the rule `email` checks it.
const EMAIL: &str = "^(?=[^@]{1,64}@)[a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]+(\\.[a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]+)*@[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\
                     (\\.[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$";

/// An integer's format says how long it is to those who know; its bounds say it to everybody.
fn bounded(mut schema: Value) -> Value {
    bound(&mut schema);
    schema
}

fn bound(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            let bounds = match object.get("format").and_then(Value::as_str) {
                Some("int8") => Some((json!(i8::MIN), json!(i8::MAX))),
                Some("int16") => Some((json!(i16::MIN), json!(i16::MAX))),
                Some("int32") => Some((json!(i32::MIN), json!(i32::MAX))),
                Some("int64" | "int") => Some((json!(i64::MIN), json!(i64::MAX))),
                Some("uint8") => Some((json!(0), json!(u8::MAX))),
                Some("uint16") => Some((json!(0), json!(u16::MAX))),
                Some("uint32") => Some((json!(0), json!(u32::MAX))),
                Some("uint64" | "uint") => Some((json!(0), json!(u64::MAX))),
                _ => None,
            };
            if let Some((least, most)) = bounds {
                object.entry("minimum").or_insert(least);
                object.entry("maximum").or_insert(most);
            }
            // `format` alone is a note; what the rule of the same name refuses must be refused by the schema too.
            if object.get("format").is_some_and(|format| format == "email") {
                object.entry("pattern").or_insert(json!(EMAIL));
            }
            object.values_mut().for_each(bound);
        }
        Value::Array(items) => items.iter_mut().for_each(bound),
        _ => {}
    }
}

/// The envelope of every failure.
fn failure() -> Value {
    let text = json!({ "type": "string" });
    let field = json!({
        "type": "object",
        "properties": {
            "in": { "enum": ["path", "query", "body", "header"] },
            "field": text, "pointer": text, "message": text, "rule": text,
        },
        "required": ["in", "field", "message", "rule"],
    });
    json!({
        "type": "object",
        "properties": {
            "success": { "const": false },
            "error": {
                "type": "object",
                "properties": {
                    "code": text, "message": text, "request_id": text,
                    "fields": { "type": "array", "items": field },
                },
                "required": ["code", "message"],
            },
        },
        "required": ["success", "error"],
    })
}
