//! What the logger reads from the environment.

use microcore_runtime::settings::FromSetting;

/// `LOG_LEVEL` and `LOG_FORMAT`.
#[derive(Debug, Clone, microcore_macros::Settings)]
#[settings(prefix = "LOG")]
pub struct LoggerSettings {
    /// What is written: `error`, `warn`, `info`, `debug`, `trace`, or a filter such as `info,hyper=debug`.
    #[setting(default = "info")]
    pub level: String,
    /// One line per event as text, or as JSON.
    #[setting(default = "text")]
    pub format: LogFormat,
}

/// How lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
