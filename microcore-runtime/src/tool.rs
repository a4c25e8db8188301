//! The contract of a tool: infrastructure behind a name. A tool never uses another tool.
//!
//! Users write inherent functions and `#[tool]`; the macro implements this trait from them.

use std::future::Future;

use crate::error::Result;
use crate::lifecycle::Boot;
use crate::manifest::ToolFacts;
use crate::plugin::Identity;
use crate::settings::Settings;

/// Infrastructure behind a name: set up before any plugin exists, shut down after the last one is gone.
///
/// A tool is cloned into every plugin that names it, so it is a handle: cheap to clone, state behind an `Arc`. `Clone` is
/// asked for where `bind` clones and not above: a tool without it is one error, in its own file.
pub trait Tool: Sized + Send + Sync + 'static {
    /// What it reads from the environment, checked before any tool is set up. `()` for nothing.
    type Settings: Settings;

    /// Name, documentation and methods, for the manifest.
    const FACTS: ToolFacts;

    /// Builds the tool. An error marks it dead: plugins that need it are off, the others run. An error with
    /// [`Problems`](crate::settings::Problems) among its causes ends the boot instead: somebody configured it wrongly.
    fn setup(settings: Self::Settings, boot: &Boot) -> impl Future<Output = Result<Self>> + Send;

    /// The handle that one plugin gets: a clone, unless the tool wants to know its caller.
    #[must_use]
    fn bind(&self, plugin: &'static Identity) -> Self;

    /// Runs after every plugin's `on_boot`, before the application is online.
    fn on_boot_complete(&self) -> impl Future<Output = Result<()>> + Send {
        async { Ok(()) }
    }

    /// Whether the thing behind the tool works now.
    fn health_check(&self) -> impl Future<Output = Result<()>> + Send {
        async { Ok(()) }
    }

    /// Releases what the tool holds. Runs after the plugins' `on_shutdown`, in reverse order of set-up.
    fn shutdown(&self) -> impl Future<Output = Result<()>> + Send {
        async { Ok(()) }
    }
}
