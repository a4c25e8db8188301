//! What `app!` promises about the type it generates. The server, the commands and the tests see applications only
//! through this trait.

use std::future::Future;

use crate::database::Migrated;
use crate::error::Result;
use crate::lifecycle::Boot;
use crate::manifest::{Manifest, TableFacts};
use crate::request::{Body, Head};
use crate::response::Response;
use crate::settings::{Environment, Problems};

/// A wired application.
pub trait Application: Sized + Send + Sync + 'static {
    /// The tool `db`: what the commands ask about the database goes to it.
    type Database: Migrated;

    /// Everything that the wiring knows.
    const MANIFEST: Manifest;

    /// The tools that the application brings in `src/tools` or picks in `app! { … }`: `check` warns where one is unused.
    const CHOSEN_TOOLS: &'static [&'static str] = &[];

    /// Reads every setting of every tool and plugin, and only that.
    fn check_settings(environment: &Environment) -> Result<(), Problems>;

    /// Sets up the tools, builds the plugins, runs `on_boot` and `on_boot_complete`.
    ///
    /// The application is leaked: it lives as long as the process, and every handler reaches it through one reference.
    fn boot(boot: Boot) -> impl Future<Output = Result<&'static Self>> + Send;

    /// What could not start, if anything did not.
    fn report(&self) -> Vec<crate::plugin::Down>;

    /// Answers one request.
    fn respond(&'static self, head: &Head, body: Body) -> impl Future<Output = Response> + Send;

    /// The health of every tool in use.
    fn health(&'static self) -> impl Future<Output = Vec<crate::lifecycle::ToolHealth>> + Send;

    /// Tells the tool `http` that the application serves now.
    fn online(&'static self, server: crate::server::ServerHandle);

    /// Delivers the accepted events, then runs the plugins' `on_shutdown`, then the tools' `shutdown` in reverse order of set-up.
    fn shutdown(&'static self) -> impl Future<Output = ()> + Send;

    /// The tables that the migrations lead to, each with the domain that owns it.
    fn tables() -> Result<Vec<TableFacts>> {
        Self::Database::tables(Self::MANIFEST.migrations)
    }
}
