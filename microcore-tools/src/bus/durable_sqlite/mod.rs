//! The transport that keeps events in a SQLite file: its own, or the application's.

mod claims;
mod clock;
#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod clocks;
mod columns;
mod deliveries;
#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod idle;
mod letters;
#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::print_stdout, reason = "tests")]
mod model;
mod orphans;
mod own_file;
mod processes;
#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod pruning;
#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod schema;
mod store;
mod watch;
mod writer;

use std::path::PathBuf;
use std::time::Duration;

use microcore_runtime::error::Result;
use microcore_runtime::event::{Broadcast, CrashSafe, Keeps, Limits, Priority};
use microcore_runtime::lifecycle::Boot;

pub use self::own_file::{InSqlite, InSqliteSettings};
use self::store::SqliteQueue;
use super::stored::OnQueue;

/// Keeps each event in a SQLite file until all its subscribers have handled it: `publish` returns when it is on disk.
///
/// Several processes may share one file. A process that dies leaves its deliveries to the others, or to its next start,
/// when their lease is over. Each delivery happens at least once.
#[derive(Debug, Clone, Copy)]
pub struct DurableSqlite;

impl Keeps<Priority> for DurableSqlite {}
impl Keeps<CrashSafe> for DurableSqlite {}
impl Keeps<Broadcast> for DurableSqlite {}

/// What it reads from the environment.
///
/// ```
/// use microcore_runtime::settings::{Environment, Settings as _};
/// use microcore_tools::bus::DurableSqliteSettings;
///
/// let settings = DurableSqliteSettings::load(&Environment::of([("BUS_PATH", "/var/lib/shop/bus.db")]))?;
/// // The file that a backup must not forget.
/// assert_eq!(settings.path.to_str(), Some("/var/lib/shop/bus.db"));
/// # Ok::<(), microcore_runtime::error::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, microcore_macros::Settings)]
#[non_exhaustive]
pub struct DurableSqliteSettings {
    /// The file; the database of the application may hold it too.
    #[setting(key = "BUS_PATH", default = "bus.db")]
    pub path: PathBuf,
    /// Handlers per subscriber and process that run at once.
    #[setting(key = "BUS_CONCURRENCY", default = "64", within = "1..=100000")]
    pub concurrency: usize,
    /// How long a process may give no sign of life before others take over what it holds.
    #[setting(key = "BUS_LEASE", default = "30s", within = "100ms..=1d")]
    pub lease: Duration,
    /// How often it is looked whether another process has written the file: at its size and time, without a query.
    #[setting(key = "BUS_POLL", default = "50ms", within = "1ms..=1h")]
    pub poll: Duration,
    /// How long completed deliveries are kept before they are deleted or archived; none by default.
    #[setting(key = "BUS_KEEP_COMPLETED", default = "0s")]
    pub keep_completed: Duration,
    /// Whether completed deliveries go to the table `bus_archive` of the file, and are not deleted.
    #[setting(key = "BUS_ARCHIVE", default = "false")]
    pub archive: bool,
    /// Deliveries in a row that fail for good before their subscriber is paused; 0 never pauses.
    #[setting(key = "BUS_PAUSE_AFTER", default = "5")]
    pub pause_after: u32,
    /// The first pause of a failing subscriber; it doubles, up to five minutes.
    #[setting(key = "BUS_PAUSE", default = "30s", within = "1ms..=1d")]
    pub pause: Duration,
}

impl crate::sealed::Sealed for DurableSqlite {}

impl OnQueue for DurableSqlite {
    type Settings = DurableSqliteSettings;
    type Queue = SqliteQueue;
    const DOC: &'static str =
        "Events, from one plugin to all that subscribe, kept in a SQLite file until they are handled.";

    fn limits(settings: &DurableSqliteSettings) -> Limits {
        Limits {
            concurrency: settings.concurrency.max(1),
            pause_after: settings.pause_after,
            pause: settings.pause,
            ..Limits::default()
        }
    }

    async fn open(settings: DurableSqliteSettings, boot: &Boot) -> Result<Self::Queue> {
        Ok(SqliteQueue::open(settings, boot.test).await?)
    }
}
