//! Lines as JSON. A plugin's fields are an object in it, which `tracing` has no way to say; all other lines are written
//! as `tracing-subscriber` does.

use std::fmt::{self, Debug};

use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime, SystemTime};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

use super::line::{FIELDS, TARGET};

/// Our lines, and `O` for those of others.
pub(super) struct Json<O>(pub(super) O);

impl<S, N, O> FormatEvent<S, N> for Json<O>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
    N: for<'writer> FormatFields<'writer> + 'static,
    O: FormatEvent<S, N>,
{
    fn format_event(&self, context: &FmtContext<'_, S, N>, mut writer: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        if event.metadata().target() != TARGET {
            return self.0.format_event(context, writer, event);
        }
        writer.write_str("{\"timestamp\":\"")?;
        SystemTime.format_time(&mut writer)?;
        write!(writer, "\",\"level\":\"{}\"", event.metadata().level())?;
        let mut members = Members { writer: writer.by_ref(), written: Ok(()) };
        event.record(&mut members);
        members.written?;
        writer.write_str("}\n")
    }
}

/// Members of an object that has some already.
struct Members<'w> {
    writer: Writer<'w>,
    written: fmt::Result,
}

impl Members<'_> {
    fn member(&mut self, field: &Field, value: impl fmt::Display) {
        if self.written.is_ok() {
            self.written = write!(self.writer, ",\"{field}\":{value}");
        }
    }
}

impl Visit for Members<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.member(field, serde_json::Value::from(value));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let text = format!("{value:?}");
        if field.name() == FIELDS {
            // JSON already.
            self.member(field, text);
        } else {
            self.member(field, serde_json::Value::from(text));
        }
    }
}
