//! The contract of a tool: infrastructure behind a name. A tool never uses another tool.
//!
//! Users write inherent functions and `#[tool]`; the macro implements [`Tool`] from them.

use std::future::Future;

use crate::error::{Error, Result};
use crate::meter::CallMetered;
use crate::settings::{Key, Settings};
use crate::{Boot, Identity};

/// Infrastructure behind a name: set up before any plugin exists, shut down after the last one is gone.
///
/// A tool is cloned into every plugin that names it, so it is a handle: cheap to clone, state behind an `Arc`. `Clone` is
/// asked for where `bind` clones and not above: a tool without it is one error, in its own file.
pub trait Tool: Sized + Send + Sync + 'static {
    /// What it reads from the environment, checked before any tool is set up. `()` for nothing.
    type Settings: Settings;

    /// Name, documentation and methods, for the manifest.
    const FACTS: ToolFacts;

    /// The meters of its methods, in the order of the source; `#[tool]` writes them.
    #[doc(hidden)]
    fn calls() -> &'static [CallMetered] {
        &[]
    }

    /// Whether a test opens [`Tool::fake`] instead of [`Tool::setup`].
    const HAS_FAKE: bool = false;

    /// Builds the tool. An error marks it dead: plugins that need it are off, the others run. An error with
    /// [`Problems`](crate::settings::Problems) among its causes ends the boot instead: somebody configured it wrongly.
    fn setup(settings: Self::Settings, boot: &Boot) -> impl Future<Output = Result<Self>> + Send;

    /// Builds what a test gets, whatever the backend: it reads no settings and reaches no network.
    fn fake(_boot: &Boot) -> impl Future<Output = Result<Self>> + Send {
        async { Err(Error::internal("this tool has no fake")) }
    }

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

/// What the manifest knows of a tool.
#[derive(Debug, Clone, Copy)]
pub struct ToolFacts {
    /// `db`.
    pub name: &'static str,
    /// `mail`, where it is one more instance of that tool.
    pub of: &'static str,
    /// The first sentence of its documentation.
    pub doc: &'static str,
    /// Its public methods, in the order of the source.
    pub methods: &'static [Method],
    /// What it reads from the environment.
    pub settings: &'static [Key],
    /// When and how it is used, and how not: the text of its `TOOL.md`. `AI_CONTEXT.md` has its first lines.
    pub notes: &'static str,
    /// The version of the contract that it was compiled with, which is that of `microcore-tool`.
    pub contract: &'static str,
}

impl ToolFacts {
    /// Nothing is known.
    pub const EMPTY: Self =
        Self { name: "", of: "", doc: "", methods: &[], settings: &[], notes: "", contract: env!("CARGO_PKG_VERSION") };
}

/// A public method of a tool.
#[derive(Debug, Clone, Copy)]
pub struct Method {
    /// `fn now(&self) -> u64`, exactly as written.
    pub signature: &'static str,
    /// The first sentence of its documentation.
    pub doc: &'static str,
}
