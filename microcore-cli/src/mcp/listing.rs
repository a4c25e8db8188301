//! The tools that an assistant sees, with the schemas of what they take.

use std::sync::Arc;

use rmcp::model::{Tool, ToolAnnotations};
use serde_json::{Value, json};

/// Every tool.
pub(super) fn tools() -> Vec<Tool> {
    let text = |about: &str| json!({ "type": "string", "description": about });
    let flag = |about: &str| json!({ "type": "boolean", "description": about });
    let list = |about: &str| json!({ "type": "array", "items": { "type": "string" }, "description": about });
    let dry_run = || flag("Tell what would be written, and write nothing");
    let place = || text("domain/name, as in users/export_users");
    vec![
        reads(
            "context",
            "The facts of the application: grammar, tools, domains. With a name, everything about that domain or tool. Compiles it.",
            json!({ "name": text("A domain, a tool, `interceptors` or `grammar`") }),
            &[],
        ),
        reads(
            "explain",
            "The page of an error code of the framework, such as MC0307.",
            json!({ "code": text("The code") }),
            &["code"],
        ),
        reads("routes", "Every route: method, path, status, handler. Compiles the application.", json!({}), &[]),
        reads(
            "trace",
            "What a request or an event led to, in the running application: handlers, events, statements. Without an id, the latest request that is recorded.",
            json!({ "id": text("Of a request or an event, as the log and `x-request-id` have it"), "logs": flag("With lines of the log") }),
            &[],
        ),
        reads("errors", "What fails in the running application, in groups, each with ids for `trace`.", json!({}), &[]),
        reads("schema", "The tables of the live database.", json!({}), &[]),
        reads(
            "check",
            "Compiles the application and gives every error as data: code, message, help, file, line, column; then what its own `check` finds.",
            json!({}),
            &[],
        ),
        reads("doctor", "What keeps the project from running, without compiling it.", json!({}), &[]),
        writes(
            "add_plugin",
            "Writes a feature with its tests: a route, a subscription, or both.",
            json!({
                "place": place(), "method": { "type": "string", "enum": ["get", "post", "put", "patch", "delete"] },
                "path": text("The route's path, as in /users/{id}; with `method`"),
                "publishes": text("An event that it tells, as in user.exported"),
                "on": text("An event that it hears, as in user.created"),
                "auth": flag("The route wants a token"), "tools": list("Tools that it uses, as in db"), "dry_run": dry_run()
            }),
            &["place"],
        ),
        writes(
            "add_event",
            "Writes an event with its test.",
            json!({ "place": text("domain/event, as in users/user.exported"), "fields": list("name:Type, as in id:i64"), "dry_run": dry_run() }),
            &["place"],
        ),
        writes(
            "add_tool",
            "Writes a tool of the application with its test.",
            json!({ "name": text("As in geo"), "dry_run": dry_run() }),
            &["name"],
        ),
        writes(
            "add_domain",
            "Writes a domain with a table and a plugin that lists it.",
            json!({ "domain": text("As in billing"), "dry_run": dry_run() }),
            &["domain"],
        ),
        writes(
            "add_pack",
            "Adds a tool that drops in (cache, fetch, llm, mail, search, storage, auth, a crate, a folder) or a domain (users, webhooks), and compiles.",
            json!({
                "name": text("As in mail"), "word": text("The backend, as in Smtp"),
                "copy": flag("The tool's files go into src/tools"), "instance": text("One more instance, under this name"),
                "dry_run": dry_run()
            }),
            &["name"],
        ),
        writes(
            "add_migration",
            "Writes the next, empty SQL script of a domain.",
            json!({ "domain": text("As in users"), "name": text("As in add_phone"), "dry_run": dry_run() }),
            &["domain", "name"],
        ),
    ]
}

fn reads(name: &'static str, about: &'static str, properties: Value, required: &[&str]) -> Tool {
    tool(name, about, properties, required).with_annotations(ToolAnnotations::new().read_only(true))
}

fn writes(name: &'static str, about: &'static str, properties: Value, required: &[&str]) -> Tool {
    // Never overwrites: a second call is refused.
    let hints = ToolAnnotations::new().read_only(false).destructive(false);
    tool(name, about, properties, required).with_annotations(hints)
}

fn tool(name: &'static str, about: &'static str, properties: Value, required: &[&str]) -> Tool {
    let schema =
        json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false });
    let schema = schema.as_object().cloned().unwrap_or_default();
    Tool::new(name, about, Arc::new(schema))
}
