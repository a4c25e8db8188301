//! What the process itself reads from the environment, besides the tools and the plugins.

use std::time::Duration;

use crate::settings::{Key, Settings, settings};

settings! {
    /// The settings of the process.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct ProcessSettings {
        /// Whether a tool or plugin that can't start ends the process.
        #[setting(key = "STRICT_BOOT", default = "false")]
        pub strict_boot: bool,
        /// How long a tool that was away at the boot is tried again; 0s never gives up.
        #[setting(key = "BOOT_RETRY_FOR", default = "0s")]
        pub boot_retry_for: Duration,
        /// Longest pause between two tries, which grow from a quarter of a second; 0s does not try again.
        #[setting(key = "BOOT_RETRY_PAUSE", default = "30s")]
        pub boot_retry_pause: Duration,
        /// Time for the whole stop; no more than an orchestrator grants before it kills.
        #[setting(key = "STOP_TIMEOUT", default = "30s")]
        pub stop_timeout: Duration,
        /// Time for accepted events to be delivered at a stop, of what is left then.
        #[setting(key = "STOP_EVENTS", default = "8s")]
        pub stop_events: Duration,
        /// Time for `on_shutdown` of all plugins, of what is left then.
        #[setting(key = "STOP_PLUGINS", default = "5s")]
        pub stop_plugins: Duration,
        /// Time for `shutdown` of each tool, of what is left then.
        #[setting(key = "STOP_TOOLS", default = "4s")]
        pub stop_tools: Duration,
        /// Where `upgrade` asks the running process: the path of a socket that only its user may write to; `off` opens
        /// none. Unset, `<name>-<port>.control` in the folder for such things, and none where `HTTP_PORT` is 0. Unix only.
        #[setting(key = "CONTROL_SOCKET")]
        pub control_socket: Option<String>,
    }
}

/// Their keys.
pub const PROCESS_SETTINGS: &[Key] = ProcessSettings::KEYS;
