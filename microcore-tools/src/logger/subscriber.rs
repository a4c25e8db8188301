//! Installs the process-wide subscriber of `tracing`, once.

use std::io::IsTerminal;
use std::sync::Once;

use microcore_runtime::error::{Error, Result};
use tracing_subscriber::EnvFilter;

use super::{LogFormat, LoggerSettings};

/// A level that can't be read is an error; a second installation (another application in one test process) is not.
pub(super) fn install(settings: &LoggerSettings, test: bool) -> Result<()> {
    static INSTALLED: Once = Once::new();
    let filter = EnvFilter::try_new(&settings.level).map_err(|error| {
        Error::internal("LOG_LEVEL must be a level or a filter such as `info,hyper=debug`").with_source(error)
    })?;
    INSTALLED.call_once(|| {
        let lines = tracing_subscriber::fmt().with_env_filter(filter).with_target(false);
        let ansi = std::io::stderr().is_terminal();
        // Whoever embeds the application may have installed a subscriber of its own: theirs stays.
        let _ = match settings.format {
            // The test harness shows the lines of a test that fails.
            _ if test => lines.with_ansi(false).with_test_writer().try_init(),
            LogFormat::Text => lines.with_ansi(ansi).with_writer(std::io::stderr).try_init(),
            LogFormat::Json => lines.json().flatten_event(true).with_writer(std::io::stderr).try_init(),
        };
    });
    Ok(())
}
