//! The schema of every failure.

use serde_json::{Value, json};

/// The envelope of every failure.
pub(super) fn failure() -> Value {
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
