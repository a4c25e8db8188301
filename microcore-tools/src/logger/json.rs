//! Lines as JSON. A plugin's fields are an object in it, which `tracing` has no way to say; all other lines are written
//! as `tracing-subscriber` does. What is written while something is handled has the ids of its trace.

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
            let mut line = String::new();
            self.0.format_event(context, Writer::new(&mut line), event)?;
            let open = line.strip_suffix("}\n").unwrap_or(&line);
            writer.write_str(open)?;
            write_trace(&mut writer)?;
            return writer.write_str(&line[open.len()..]);
        }
        writer.write_str("{\"timestamp\":\"")?;
        SystemTime.format_time(&mut writer)?;
        write!(writer, "\",\"level\":\"{}\"", event.metadata().level())?;
        let mut members = Members { writer: writer.by_ref(), written: Ok(()) };
        event.record(&mut members);
        members.written?;
        write_trace(&mut writer)?;
        writer.write_str("}\n")
    }
}

/// What joins a line to the trace that it belongs to, by the names that `OpenTelemetry` has for it.
fn write_trace(writer: &mut Writer<'_>) -> fmt::Result {
    let Some(context) = microcore_runtime::context::current() else { return Ok(()) };
    write!(writer, ",\"trace_id\":\"{}\",\"span_id\":\"{}\"", context.trace_id(), context.span_id())
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
