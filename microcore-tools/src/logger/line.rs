//! One line: its fields, its message, and what it belongs to.

use std::fmt::Display;

use microcore_runtime::context::{self, Context};
use serde::Serialize;
use tracing::Level;
use tracing::field::display;

use super::fields::{AsJson, Fields, With};

/// Where lines of plugins come from, as filters name it.
pub(super) const TARGET: &str = "microcore_tools::logger";
/// What their fields are below.
pub(super) const FIELDS: &str = "fields";

/// Fields for one line or for several. Made by [`Logger::with`](super::Logger::with).
#[derive(Debug, Clone)]
#[must_use = "nothing is written before `debug`, `info`, `warn` or `error`"]
pub struct Line<F> {
    plugin: &'static str,
    fields: F,
}

impl<F: Fields> Line<F> {
    pub(super) fn new(plugin: &'static str, fields: F) -> Self {
        Self { plugin, fields }
    }

    /// One more field.
    pub fn with<V: Serialize>(self, name: &'static str, value: V) -> Line<With<F, V>> {
        Line { plugin: self.plugin, fields: With::new(self.fields, name, value) }
    }

    /// For the developer who looks for something.
    pub fn debug(&self, message: impl Display) {
        write(Level::DEBUG, self.plugin, &message, &self.fields);
    }

    /// Something happened as it should.
    pub fn info(&self, message: impl Display) {
        write(Level::INFO, self.plugin, &message, &self.fields);
    }

    /// Something is odd, and the work went on.
    pub fn warn(&self, message: impl Display) {
        write(Level::WARN, self.plugin, &message, &self.fields);
    }

    /// Something failed.
    pub fn error(&self, message: impl Display) {
        write(Level::ERROR, self.plugin, &message, &self.fields);
    }
}

/// `plugin`, `id`, `origin`, `cause` and `event` are added by themselves.
macro_rules! line {
    ($level:expr, $plugin:expr, $message:expr, $fields:expr) => {
        if tracing::enabled!(target: TARGET, $level) {
            // Once: the log and the record of the latest lines both read it.
            let (plugin, message, fields) = ($plugin, $message.to_string(), $fields.as_json());
            let fields = fields.as_ref().map(display);
            match context::current() {
                None => tracing::event!(target: TARGET, $level, plugin, fields, "{message}"),
                Some(Context { id, job: Some((job, number)), event: None, .. }) => {
                    tracing::event!(target: TARGET, $level, plugin, job, job_id = number, run = %id, fields, "{message}");
                }
                Some(Context { id, schedule: Some(schedule), event: None, .. }) => {
                    tracing::event!(target: TARGET, $level, plugin, schedule, run = %id, fields, "{message}");
                }
                Some(Context { id, event: None, .. }) => {
                    tracing::event!(target: TARGET, $level, plugin, request = %id, fields, "{message}");
                }
                Some(Context { id, event: Some(event), cause, origin, .. }) => tracing::event!(
                    target: TARGET,
                    $level,
                    plugin,
                    event,
                    id = %id,
                    cause = cause.map(display),
                    origin = %origin,
                    fields,
                    "{message}"
                ),
            }
        }
    };
}

/// Once for all types: a level is part of a place in the code, so there is one place for each.
pub(super) fn write(level: Level, plugin: &'static str, message: &dyn Display, fields: &dyn AsJson) {
    match level {
        Level::ERROR => line!(Level::ERROR, plugin, message, fields),
        Level::WARN => line!(Level::WARN, plugin, message, fields),
        Level::INFO => line!(Level::INFO, plugin, message, fields),
        _ => line!(Level::DEBUG, plugin, message, fields),
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::fmt;

    use super::super::Logger;
    use super::super::subscriber::tests::written;

    /// Counts how often somebody looks.
    struct Looked<'c>(&'c Cell<u32>);

    impl fmt::Display for Looked<'_> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.0.set(self.0.get() + 1);
            f.write_str("looked")
        }
    }

    impl serde::Serialize for Looked<'_> {
        fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_str(self)
        }
    }

    #[test]
    fn a_level_that_is_off_formats_nothing_and_reads_no_field() {
        let looks = Cell::new(0);
        let lines = written("info", "text", |logger: &Logger| {
            logger.debug(Looked(&looks));
            logger.with("field", Looked(&looks)).debug(Looked(&looks));
        });
        assert_eq!((lines.as_str(), looks.get()), ("", 0));
        let lines = written("debug", "text", |logger| logger.with("field", Looked(&looks)).debug(Looked(&looks)));
        assert!(lines.contains("DEBUG looked plugin=\"shop.pay\""), "{lines}");
        assert_eq!(looks.get(), 2);
    }
}
