//! What the logger reads from the environment.

use microcore_runtime::settings::FromSetting;

use super::LogLevel;

/// `LOG_LEVEL` and `LOG_FORMAT`.
///
/// ```
/// use microcore_runtime::settings::{Environment, FromSetting as _, Settings as _};
/// use microcore_tools::logger::{LogFormat, LogLevel, LoggerSettings};
///
/// let settings = LoggerSettings::load(&Environment::of([("LOG_LEVEL", "info,hyper=debug"), ("LOG_FORMAT", "json")]))?;
/// assert_eq!(settings.format, LogFormat::Json);
/// assert_eq!(Some(settings.level), LogLevel::from_setting("info,hyper=debug"));
/// # Ok::<(), microcore_runtime::error::Error>(())
/// ```
#[derive(Debug, Clone, microcore_macros::Settings)]
#[settings(prefix = "LOG")]
#[non_exhaustive]
pub struct LoggerSettings {
    /// What is written: `off`, `error`, `warn`, `info`, `debug` or `trace`, and others for modules: `info,hyper=debug`.
    #[setting(default = "info")]
    pub level: LogLevel,
    /// One line per event as text, or as JSON.
    #[setting(default = "text")]
    pub format: LogFormat,
}

/// How lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines: one JSON object per line.
    Json,
}

impl FromSetting for LogFormat {
    const EXPECTS: &'static str = "text or json";

    fn from_setting(text: &str) -> Option<Self> {
        match text.trim() {
            "text" => Some(Self::Text),
            "json" => Some(Self::Json),
            _ => None,
        }
    }
}
