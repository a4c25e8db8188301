//! From boot to shutdown: the steps that the generated `App::boot` calls, in this order.
//!
//! [`set_up`] per tool → [`settle`], which ends it where something is configured wrongly → [`build`] per plugin → [`connect`] → [`Hooks`] `on_boot` → [`complete`] per tool → online →
//! [`drain`] → [`Hooks`] `on_shutdown` → [`shut_down`] per tool, in reverse.

mod boot;
mod build;
mod connect;
mod hooks;
mod report;
mod serve;
mod signals;
mod tools;

pub use self::boot::Boot;
pub use self::build::{build, built, leak};
pub use self::connect::{Connect, Online, Relay, connect, drain, online, relay};
pub use self::hooks::Hooks;
pub use self::report::{HealthReport, Report, ToolHealth};
pub use self::serve::{Booted, PROCESS_SETTINGS, boot, check_environment, serve_application};
pub use self::signals::asked_to_stop;
pub use self::tools::{check_plugin_settings, check_settings, complete, set_up, settle, shut_down};
