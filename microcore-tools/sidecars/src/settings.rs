//! The settings of the tool.

use std::path::PathBuf;
use std::time::Duration;

use microcore::settings::Settings;

/// Where guests are, and how long they may take to begin.
#[derive(Debug, Clone, Settings)]
pub struct SidecarsSettings {
    /// The folder of guests, `<domain>/<name>/plugin.toml`; without it there are none.
    #[setting(key = "SIDECARS_DIR")]
    pub folder: Option<PathBuf>,
    /// How long a guest may take from its start until it says hello.
    #[setting(key = "SIDECARS_START", default = "10s")]
    pub start: Duration,
}
