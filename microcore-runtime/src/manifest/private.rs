//! What is shown of the fields of an event: all but those with `#[private]`.

use serde_json::Value;

use super::Manifest;

/// What stands for a value that nobody is shown.
const HIDDEN: &str = "***";

impl Manifest {
    /// The fields of an event as JSON, without the values of those with `#[private]`. Where one of these is not found by
    /// its name, the types stand for all values: better too little is shown than too much.
    pub fn public_part(&self, event: &str, payload: &str) -> String {
        let facts = self.events.iter().find(|facts| facts.name == event);
        let private = facts.map(|facts| facts.private).unwrap_or_default();
        if private.is_empty() {
            return payload.to_owned();
        }
        let Ok(Value::Object(mut fields)) = serde_json::from_str(payload) else { return types_of(payload) };
        for name in private {
            match fields.get_mut(*name) {
                Some(value) => *value = HIDDEN.into(),
                None => return types_of(payload),
            }
        }
        Value::Object(fields).to_string()
    }
}

/// `{"id":7}` is `{"id":"number"}`; what is no JSON is its length.
pub(crate) fn types_of(payload: &str) -> String {
    fn types(value: Value) -> Value {
        match value {
            Value::Null => "null".into(),
            Value::Bool(_) => "bool".into(),
            Value::Number(_) => "number".into(),
            Value::String(_) => "text".into(),
            Value::Array(items) => Value::Array(items.into_iter().take(1).map(types).collect()),
            Value::Object(fields) => fields.into_iter().map(|(name, value)| (name, types(value))).collect(),
        }
    }
    match serde_json::from_str(payload) {
        Ok(value) => types(value).to_string(),
        Err(_) => format!("{} bytes that are no JSON", payload.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::EventFacts;

    #[test]
    fn types_stand_for_values_where_values_are_not_shown() {
        let payload = r#"{"id":7,"email":"ana@example.com","tags":["a","b"],"address":{"zip":null},"on":true}"#;
        let types: Value = serde_json::from_str(&types_of(payload)).unwrap();
        let expected = serde_json::json!({
            "id": "number", "email": "text", "tags": ["text"], "address": { "zip": "null" }, "on": "bool"
        });
        assert_eq!(types, expected);
        assert_eq!(types_of("ana@"), "4 bytes that are no JSON");
    }

    #[test]
    fn private_fields_are_hidden_and_what_is_odd_is_types_alone() {
        const FACTS: EventFacts = EventFacts {
            name: "user.created",
            ty: "UserCreated",
            domain: "users",
            doc: "",
            fields: &[("id", "i64"), ("email", "String")],
            shape: |_| schemars::json_schema!({}),
            reply: None,
            job: false,
            private: &["email"],
        };
        const MANIFEST: Manifest = Manifest { events: &[FACTS], ..Manifest::EMPTY };
        let shown = |event: &str, payload: &str| MANIFEST.public_part(event, payload);
        assert_eq!(shown("user.created", r#"{"email":"a@example.com","id":7}"#), r#"{"email":"***","id":7}"#);
        assert_eq!(shown("user.created", r#"{"id":7,"mail":"a@example.com"}"#), r#"{"id":"number","mail":"text"}"#);
        assert_eq!(shown("user.created", "a@example.com"), "13 bytes that are no JSON");
        assert_eq!(shown("user.gone", r#"{"email":"a@example.com"}"#), r#"{"email":"a@example.com"}"#);
    }
}
