//! Parameters that are one of few words, for the document: what may be sent there, and nothing else.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::stream::TOPICS;

/// The parameter `view` of the graph.
pub(in crate::system) enum ViewWord {}

impl JsonSchema for ViewWord {
    fn schema_name() -> Cow<'static, str> {
        "SystemView".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "enum": ["all", "domains"] })
    }
}

/// The parameter `topics` of the stream.
pub(in crate::system) enum TopicWords {}

impl JsonSchema for TopicWords {
    fn schema_name() -> Cow<'static, str> {
        "SystemTopics".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let topic = TOPICS.join("|");
        json_schema!({ "type": "string", "pattern": format!("^({topic})(,({topic}))*$") })
    }
}
