//! The tool `logger`: lines on standard error, each with the plugin and the request or event that it belongs to.

mod fields;
mod json;
mod keeper;
mod level;
mod line;
mod settings;
mod subscriber;

use std::fmt::Display;

use microcore_runtime::error::Result;
use microcore_runtime::lifecycle::Boot;
use microcore_runtime::plugin::Identity;
use serde::Serialize;
use tracing::Level;

pub use self::fields::{Fields, With};
pub use self::level::LogLevel;
pub use self::line::Line;
pub use self::settings::{LogFormat, LoggerSettings};

/// Writes to the log in the name of a plugin.
///
/// ```ignore
/// self.logger.info("paid");
/// self.logger.with("order", id).with("amount", amount).info("paid");
/// self.logger.warn(format_args!("{name} is late"));
/// ```
///
/// Where a level is off, its line costs one look: nothing is formatted, and no field is read.
#[derive(Debug, Clone)]
pub struct Logger {
    plugin: &'static str,
}

/// Structured lines in the log, each with the plugin and the request or event that it belongs to.
#[microcore_macros::tool]
impl Logger {
    async fn setup(settings: LoggerSettings, boot: &Boot) -> Result<Self> {
        subscriber::install(&settings, boot.test);
        Ok(Self { plugin: "app" })
    }

    #[allow(clippy::unused_self, reason = "the contract binds a handle")]
    fn bind(&self, plugin: &'static Identity) -> Self {
        Self { plugin: plugin.name }
    }

    /// A field of the line, or of the lines, written through what this gives: `with("order", id).info("paid")`.
    pub fn with(&self, name: &'static str, value: impl Serialize) -> Line<impl Fields> {
        Line::new(self.plugin, With::new((), name, value))
    }

    /// For the developer who looks for something.
    pub fn debug(&self, message: impl Display) {
        line::write(Level::DEBUG, self.plugin, &message, &());
    }

    /// Something happened as it should.
    pub fn info(&self, message: impl Display) {
        line::write(Level::INFO, self.plugin, &message, &());
    }

    /// Something is odd, and the work went on.
    pub fn warn(&self, message: impl Display) {
        line::write(Level::WARN, self.plugin, &message, &());
    }

    /// Something failed.
    pub fn error(&self, message: impl Display) {
        line::write(Level::ERROR, self.plugin, &message, &());
    }
}
