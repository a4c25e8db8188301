//! What `app!` promises about the type it generates. The server, the commands and the tests see applications only
//! through this trait.

use std::future::Future;

use crate::database::Migrated;
use crate::error::{Error, Result};
use crate::event::{DeadLetter, Orphan, SubscriberStatus};
use crate::lifecycle::Boot;
use crate::manifest::{Manifest, TableFacts, tables_of};
use crate::request::{Body, Head, TokenPlaces};
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

    /// The tables as the check of SQL read them in the migrations, where the tool `db` can't find that out without a
    /// server; see [`tables_of`].
    const WRITTEN_TABLES: &'static str = "";

    /// The tool `bus`: what its store holds can be asked without booting the application.
    type Bus: Administered;

    /// The tool `scheduler`, where anything runs at times.
    type Scheduler: crate::jobs::Administered<Self::Database>;

    /// Reads every setting of every tool and plugin, and only that.
    fn check_settings(environment: &Environment) -> Result<(), Problems>;

    /// Sets up the tools, builds the plugins, runs `on_boot` and `on_boot_complete`.
    ///
    /// The application is leaked: it lives as long as the process, and every handler reaches it through one reference.
    fn boot(boot: Boot) -> impl Future<Output = Result<&'static Self>> + Send;

    /// What could not start, if anything did not.
    fn report(&self) -> Vec<crate::plugin::Down>;

    /// Where a token stands, where the application checks tokens and the tool that does is running.
    fn token_places(&self) -> Option<&TokenPlaces> {
        None
    }

    /// What the system pages tell about: its bus, and the tool that knows who has which role.
    fn inside(&'static self) -> crate::system::Inside {
        crate::system::Inside::default()
    }

    /// Answers one request, in an empty response: one that is handed from step to step would be copied at each.
    fn respond(&'static self, head: &Head, body: Body, response: &mut Response) -> impl Future<Output = ()> + Send;

    /// The health of every tool in use.
    fn health(&'static self) -> impl Future<Output = Vec<crate::lifecycle::ToolHealth>> + Send;

    /// Moves the clock of a test on, and runs what that makes due; see [`Clock`](crate::testing::Clock).
    fn advance(&'static self, _by: std::time::Duration) -> impl Future<Output = Result<()>> + Send {
        async { Err(Error::internal("the application has no schedules, so nothing goes by its clock")) }
    }

    /// Runs a schedule once, in this process, and says how it ended.
    fn run_here(&'static self, _schedule: &str) -> impl Future<Output = Result<crate::jobs::Said>> + Send {
        async { Err(Error::internal("the application has no schedules")) }
    }

    /// A stop has begun: no more runs of jobs are taken, and those under way have this long.
    fn halt(&'static self, _within: std::time::Duration) {}

    /// Tells the tool `http` that the application serves now.
    fn online(&'static self, server: crate::server::ServerHandle);

    /// Sets up the tools that were away at the boot, and starts the plugins that need them. Ends when nothing is missing
    /// that may come, or with the stop.
    fn late(
        &'static self,
        _late: crate::lifecycle::Late,
        _server: crate::server::ServerHandle,
    ) -> impl Future<Output = ()> + Send {
        async {}
    }

    /// Delivers the accepted events, then runs the plugins' `on_shutdown`, then the tools' `shutdown` in reverse order of
    /// set-up, all within the one stop.
    fn shutdown(&'static self, stop: crate::lifecycle::Stop) -> impl Future<Output = ()> + Send;

    /// The tables that the migrations lead to, each with the domain that owns it.
    fn tables() -> Result<Vec<TableFacts>> {
        let tables = Self::Database::tables(Self::MANIFEST.migrations)?;
        Ok(if tables.is_empty() { tables_of(Self::WRITTEN_TABLES) } else { tables })
    }
}

/// A bus whose store can be looked at, and put in order, without the application. `app!` names it.
pub trait Administered {
    /// Opens the store, does what is asked, and closes it.
    fn administer(boot: Boot, asked: Asked) -> impl Future<Output = Result<Found>> + Send;

    /// Makes the tables of the store, where it keeps events in the application's database.
    fn migrate(_boot: &Boot) -> impl Future<Output = Result<()>> + Send {
        async { Ok(()) }
    }
}

/// No bus at all.
impl Administered for () {
    async fn administer(_boot: Boot, _asked: Asked) -> Result<Found> {
        Err(Error::internal("the application has no bus"))
    }
}

/// What is asked of the store of events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// How every subscriber stands.
    Status,
    /// So many dead letters, the oldest first.
    Dead(usize),
    /// The dead letter of this number.
    Letter(u64),
    /// Deliver a dead letter again.
    Replay(u64),
    /// Delete a dead letter.
    Discard(u64),
    /// What is kept for subscribers that the application does not have.
    Orphans,
    /// Hand that to a subscriber that it has.
    Adopt {
        /// The event.
        event: String,
        /// The subscriber that is not there.
        subscriber: String,
        /// The one that gets it.
        by: String,
    },
    /// Delete it.
    DropOrphan {
        /// The event.
        event: String,
        /// The subscriber that is not there.
        subscriber: String,
    },
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// How every subscriber stands, and what is kept for those that are not there.
    Status(Vec<SubscriberStatus>, Vec<Orphan>),
    /// Dead letters.
    Dead(Vec<DeadLetter>),
    /// Whether there was a dead letter of that number.
    Done(bool),
    /// What is kept for subscribers that are not there.
    Orphans(Vec<Orphan>),
    /// How many deliveries and dead letters that were.
    Counted(u64),
}
