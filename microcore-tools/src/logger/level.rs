//! What is written: a level, and others for single modules.

use microcore_runtime::settings::FromSetting;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;

/// `info`, or `info,hyper=debug`: the level of everything, and those of modules, whose paths begin so.
///
/// A level is `off`, `error`, `warn`, `info`, `debug` or `trace`.
#[derive(Debug, Clone, PartialEq)]
pub struct LogLevel(Targets);

impl LogLevel {
    pub(super) fn targets(&self) -> Targets {
        self.0.clone()
    }
}

impl FromSetting for LogLevel {
    const EXPECTS: &'static str =
        "off, error, warn, info, debug or trace, and others for modules as in info,hyper=debug";

    fn from_setting(text: &str) -> Option<Self> {
        let mut targets = Targets::new();
        for part in text.split(',').map(str::trim) {
            targets = match part.split_once('=') {
                // A word alone is a level: as the name of a module it would be a typing error that nobody sees.
                None => targets.with_default(level(part)?),
                Some((module, of)) => targets.with_target(module_path(module.trim())?, level(of.trim())?),
            };
        }
        Some(Self(targets))
    }
}

fn level(text: &str) -> Option<LevelFilter> {
    let levels = [
        ("off", LevelFilter::OFF),
        ("error", LevelFilter::ERROR),
        ("warn", LevelFilter::WARN),
        ("info", LevelFilter::INFO),
        ("debug", LevelFilter::DEBUG),
        ("trace", LevelFilter::TRACE),
    ];
    levels.into_iter().find(|(name, _)| text.eq_ignore_ascii_case(name)).map(|(_, level)| level)
}

fn module_path(text: &str) -> Option<&str> {
    let part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':' | b'-' | b'.');
    Some(text).filter(|text| !text.is_empty() && text.bytes().all(part))
}

#[cfg(test)]
mod tests {
    use tracing::Level;

    use super::*;

    #[test]
    fn a_level_for_all_and_others_for_modules() {
        let read = |text: &str| LogLevel::from_setting(text).unwrap().targets();
        for text in ["info,hyper=debug", "hyper=debug,info", " INFO , hyper = Debug "] {
            let targets = read(text);
            let enabled =
                [("app", Level::INFO), ("app", Level::DEBUG), ("hyper::proto", Level::DEBUG), ("hyper", Level::TRACE)]
                    .map(|(module, level)| targets.would_enable(module, &level));
            assert_eq!(enabled, [true, false, true, false], "{text}");
        }
        let quiet = read("off,app=error");
        assert!(quiet.would_enable("app::pay", &Level::ERROR) && !quiet.would_enable("hyper", &Level::ERROR));
        let only = read("app=trace");
        assert!(only.would_enable("app", &Level::TRACE) && !only.would_enable("hyper", &Level::ERROR));
        let deepest = read("warn,app=info,app::pay=trace");
        assert!(deepest.would_enable("app::pay", &Level::TRACE) && !deepest.would_enable("app::mail", &Level::DEBUG));
    }

    #[test]
    fn what_is_no_level_is_refused() {
        for text in
            ["", "inof", "info,", "info,hyper", "hyper=", "=debug", "hyper=loud", "a b=info", "[span]=info", "1"]
        {
            assert_eq!(LogLevel::from_setting(text), None, "{text:?}");
        }
    }
}
