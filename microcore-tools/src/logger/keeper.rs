//! Keeps the latest lines for whoever looks at the application, beside their being written.
//!
//! In: what is logged. Out: lines in the runtime's ring, each with what was handled when it was written.

use std::fmt::{Debug, Write as _};

use microcore_runtime::record;
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

use super::line::{FIELDS, TARGET};

/// Of the lines about each request: requests are recorded anyhow.
const ACCESS: &str = "access";
/// The fields that a line has for what was handled, which is kept beside it.
const KNOWN: [&str; 7] = ["id", "origin", "request_id", "cause", "event", "request", "run"];

pub(super) struct Keeper;

impl<S: Subscriber> Layer<S> for Keeper {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let metadata = event.metadata();
        if metadata.target() == ACCESS {
            return;
        }
        let mut seen = Seen { is_plugins: metadata.target() == TARGET, ..Seen::default() };
        event.record(&mut seen);
        let source = seen.plugin.unwrap_or_else(|| metadata.target().to_owned());
        record::told(metadata.level().as_str(), source, seen.message, seen.fields, [seen.id, seen.origin]);
    }
}

#[derive(Default)]
struct Seen {
    /// Whether a plugin wrote it, whose fields are all in one.
    is_plugins: bool,
    plugin: Option<String>,
    message: String,
    fields: String,
    id: Option<String>,
    origin: Option<String>,
}

impl Visit for Seen {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "message" => value.clone_into(&mut self.message),
            "plugin" if self.is_plugins => self.plugin = Some(value.to_owned()),
            _ => self.record_debug(field, &format_args!("{value}")),
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        // Of what ended before the line about it.
        match field.name() {
            "id" | "request_id" => self.id = Some(format!("{value:?}")),
            "origin" => self.origin = Some(format!("{value:?}")),
            _ => {}
        }
        // Writing to memory can't fail.
        let _ = match field.name() {
            "message" => write!(self.message, "{value:?}"),
            FIELDS if self.is_plugins => write!(self.fields, "{value:?}"),
            name if KNOWN.contains(&name) && (self.is_plugins || matches!(name, "id" | "origin" | "request_id")) => {
                Ok(())
            }
            name => write!(self.fields, "{}{name}={value:?}", if self.fields.is_empty() { "" } else { " " }),
        };
    }
}
