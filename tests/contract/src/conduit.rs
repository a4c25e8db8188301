//! How Conduit replies: values as they are, failures as `{"errors":{"body":["…"]}}`.
use microcore::response::{Failure, Replies};
use serde::Serialize;
use serde_json::{Value, json};

pub enum Conduit {}

impl Replies for Conduit {
    fn value<T: Serialize>(value: &T) -> impl Serialize {
        value
    }

    fn value_schema(schema: Value) -> Value {
        schema
    }

    fn failure(failure: &Failure<'_>) -> impl Serialize {
        let mut said: Vec<String> = failure.fields().iter().map(ToString::to_string).collect();
        if said.is_empty() {
            said.push(failure.message().to_owned());
        }
        json!({ "errors": { "body": said } })
    }

    fn failure_schema() -> Value {
        let said = json!({ "type": "array", "items": { "type": "string" }, "minItems": 1 });
        let errors = json!({ "type": "object", "properties": { "body": said }, "required": ["body"] });
        json!({ "type": "object", "properties": { "errors": errors }, "required": ["errors"] })
    }
}
