//! The tool `logger`: lines on standard error, each with the plugin and the request or event that it belongs to.

mod settings;
mod subscriber;

use microcore_runtime::context::{self, Context};
use microcore_runtime::error::Result;
use microcore_runtime::lifecycle::Boot;
use microcore_runtime::plugin::Identity;

pub use self::settings::{LogFormat, LoggerSettings};

/// Writes to the log in the name of a plugin.
#[derive(Debug, Clone)]
pub struct Logger {
    plugin: &'static str,
}

/// One line at a level: `plugin`, `id`, `origin`, `cause` and `event` are added by themselves.
macro_rules! line {
    ($level:ident, $logger:expr, $message:expr) => {
        match context::current() {
            None => tracing::$level!(plugin = $logger.plugin, "{}", $message),
            Some(Context { id, event: None, .. }) => {
                tracing::$level!(plugin = $logger.plugin, request = %id, "{}", $message);
            }
            Some(Context { id, event: Some(event), cause, origin, .. }) => tracing::$level!(
                plugin = $logger.plugin,
                event,
                id = %id,
                cause = cause.map(tracing::field::display),
                origin = %origin,
                "{}",
                $message
            ),
        }
    };
}

/// Structured lines in the log, each with the plugin and the request or event that it belongs to.
#[microcore_macros::tool]
impl Logger {
    async fn setup(settings: LoggerSettings, boot: &Boot) -> Result<Self> {
        subscriber::install(&settings, boot.test)?;
        Ok(Self { plugin: "app" })
    }

    #[allow(clippy::unused_self, reason = "the contract binds a handle")]
    fn bind(&self, plugin: &'static Identity) -> Self {
        Self { plugin: plugin.name }
    }

    /// For the developer who looks for something.
    pub fn debug(&self, message: &str) {
        line!(debug, self, message);
    }

    /// Something happened as it should.
    pub fn info(&self, message: &str) {
        line!(info, self, message);
    }

    /// Something is odd, and the work went on.
    pub fn warn(&self, message: &str) {
        line!(warn, self, message);
    }

    /// Something failed.
    pub fn error(&self, message: &str) {
        line!(error, self, message);
    }
}
