//! What an application tells about itself while it runs, whatever its type is. In: the application. Out: what is off, how
//! healthy its tools are, what is odd about it, and the tables that its migrations lead to.

use std::pin::Pin;
use std::sync::OnceLock;

use crate::application::Application;
use crate::error::Result;
use crate::jobs::{Administered, Asked, Board, Said};
use crate::lifecycle::{Boot, ToolHealth};
use crate::manifest::{TableFacts, warnings};
use crate::openapi::clashes;
use crate::plugin::Down;
use crate::settings::Environment;

/// A running application behind one type.
pub(crate) trait Parts: Send + Sync {
    /// The tools and plugins that are off.
    fn down(&self) -> Vec<Down>;

    /// Asks every tool in use how it is.
    fn health(&self) -> Pin<Box<dyn Future<Output = Vec<ToolHealth>> + Send + '_>>;

    /// What `check` finds in the code.
    fn findings(&self) -> Vec<String>;

    /// Does with schedules and jobs what the command `jobs` does.
    fn administer(
        &self,
        environment: Environment,
        asked: Asked,
    ) -> Pin<Box<dyn Future<Output = Result<Said>> + Send + 'static>>;

    /// How schedules and jobs stand.
    fn board(&self, environment: Environment) -> Pin<Box<dyn Future<Output = Result<Board>> + Send + 'static>>;

    /// The tables that the migrations lead to. The first call builds them, which takes a moment.
    fn tables(&self) -> Result<Vec<TableFacts>>;
}

/// This application.
pub(super) struct Of<A: 'static>(pub(super) &'static A);

impl<A: Application> Parts for Of<A> {
    fn down(&self) -> Vec<Down> {
        self.0.report()
    }

    fn health(&self) -> Pin<Box<dyn Future<Output = Vec<ToolHealth>> + Send + '_>> {
        Box::pin(self.0.health())
    }

    fn findings(&self) -> Vec<String> {
        let manifest = const { &A::MANIFEST };
        [clashes(manifest), warnings(manifest, A::CHOSEN_TOOLS)].concat()
    }

    fn administer(
        &self,
        environment: Environment,
        asked: Asked,
    ) -> Pin<Box<dyn Future<Output = Result<Said>> + Send + 'static>> {
        let boot = Boot::new(environment).of(const { &A::MANIFEST });
        Box::pin(<A::Scheduler as Administered<A::Database>>::administer(boot, asked))
    }

    fn board(&self, environment: Environment) -> Pin<Box<dyn Future<Output = Result<Board>> + Send + 'static>> {
        let boot = Boot::new(environment).of(const { &A::MANIFEST });
        Box::pin(<A::Scheduler as Administered<A::Database>>::board(boot))
    }

    fn tables(&self) -> Result<Vec<TableFacts>> {
        // One process serves one application.
        static TABLES: OnceLock<Vec<TableFacts>> = OnceLock::new();
        if let Some(tables) = TABLES.get() {
            return Ok(tables.clone());
        }
        let tables = A::tables()?;
        Ok(TABLES.get_or_init(|| tables).clone())
    }
}
