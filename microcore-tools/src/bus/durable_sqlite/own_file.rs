//! The same store in the file of the application's database: `bus: Stored`.

use std::path::PathBuf;
use std::time::Duration;

use microcore_runtime::error::Result;
use microcore_runtime::event::{Broadcast, CrashSafe, Keeps, Limits, Priority};
use microcore_runtime::lifecycle::Boot;
use microcore_runtime::settings::Problems;

use super::store::SqliteQueue;
use super::{DurableSqlite, DurableSqliteSettings};
use crate::bus::stored::OnQueue;

/// What `DB_PATH` is where nothing says otherwise.
const FILE: &str = "app.db";

/// Keeps each event in the file of the application's own SQLite database until all its subscribers have handled it:
/// `publish` returns when it is on disk.
///
/// One file is copied, moved and backed up. What writes to it waits for what else writes to it, so
/// [`DurableSqlite`], which has a file of its own, is faster where both are many.
#[derive(Debug, Clone, Copy)]
pub struct InSqlite;

impl Keeps<Priority> for InSqlite {}
impl Keeps<CrashSafe> for InSqlite {}
impl Keeps<Broadcast> for InSqlite {}

/// What it reads from the environment, beside `DB_PATH` of the tool `db`.
///
/// ```
/// use microcore_runtime::settings::{Environment, Settings as _};
/// use microcore_tools::bus::InSqliteSettings;
///
/// let settings = InSqliteSettings::load(&Environment::of([("BUS_KEEP_COMPLETED", "7d"), ("BUS_ARCHIVE", "true")]))?;
/// // What was delivered can be looked up for a week, and in the archive from then on.
/// assert_eq!((settings.keep_completed.as_secs(), settings.archive), (7 * 24 * 3600, true));
/// # Ok::<(), microcore_runtime::error::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, microcore_macros::Settings)]
#[non_exhaustive]
pub struct InSqliteSettings {
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

impl InSqliteSettings {
    fn at(self, path: PathBuf) -> DurableSqliteSettings {
        let Self { concurrency, lease, poll, keep_completed, archive, pause_after, pause } = self;
        DurableSqliteSettings { path, concurrency, lease, poll, keep_completed, archive, pause_after, pause }
    }
}

impl crate::sealed::Sealed for InSqlite {}

impl OnQueue for InSqlite {
    type Settings = InSqliteSettings;
    type Queue = SqliteQueue;
    const IN_THE_DATABASE: bool = true;
    const DOC: &'static str =
        "Events, from one plugin to all that subscribe, kept in the application's database until they are handled.";

    fn limits(settings: &InSqliteSettings) -> Limits {
        <DurableSqlite as OnQueue>::limits(&settings.clone().at(PathBuf::new()))
    }

    async fn open(settings: InSqliteSettings, boot: &Boot) -> Result<Self::Queue> {
        let path = boot.environment.get("DB_PATH").unwrap_or(FILE);
        if path == ":memory:" && !boot.test {
            let mut problems = Problems::default();
            problems.add("DB_PATH", "must be a file: `bus: Stored` keeps events in it, and `:memory:` keeps none");
            return Err(problems.into());
        }
        // The database of a test is in memory; its events have a file of their own.
        let path = if boot.test { "bus.db" } else { path };
        <DurableSqlite as OnQueue>::open(settings.at(path.into()), boot).await
    }
}
