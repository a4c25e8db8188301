//! From boot to shutdown: the steps that the generated `App::boot` calls, in this order.
//!
//! [`set_up`] per tool → [`settle`], which ends it where something is configured wrongly → [`build`] per plugin →
//! [`connect`] → [`Hooks`] `on_boot` → [`open`] per plugin → [`complete`] per tool → online → [`Late`], for what was
//! away → [`Stop`]: [`drain`] → [`Hooks`] `on_shutdown` → [`shut_down`] per tool, in reverse.

mod build;
mod connect;
mod entry;
mod guard;
mod hooks;
mod late;
mod process;
mod report;
mod schedule;
mod serve;
mod signals;
mod stop;
mod tools;

pub use microcore_core::Boot;

pub use self::build::{build, built, leak, open};
pub use self::connect::{Connect, Online, Relay, connect, drain, hand_on, online, relay};
pub use self::hooks::Hooks;
pub use self::late::Late;
pub use self::process::{PROCESS_SETTINGS, ProcessSettings};
pub use self::report::{HealthReport, Report, ToolHealth};
pub use self::schedule::{Scheduling, advance, attach, halt, rest, run_here, schedule};
pub use self::serve::{Booted, apart, boot, check_environment, serve_application};
pub use self::stop::{Stop, StopSettings};
pub use self::tools::{check_plugin_settings, check_settings, complete, give_up, set_up, settle, shut_down};
#[cfg(feature = "testing")]
pub(crate) use self::tools::{circumstances, opens_fake};
