//! The transport that keeps events in a PostgreSQL database, the application's own unless it is told another.

mod arrivals;
mod claims;
mod letters;
mod lines;
mod orders;
mod orphans;
mod processes;
mod session;
mod store;
mod tables;
mod writer;

use std::time::Duration;

use microcore_runtime::error::Result;
use microcore_runtime::event::{Broadcast, CrashSafe, Keeps, Limits, Priority};
use microcore_runtime::lifecycle::Boot;
use microcore_runtime::settings::Secret;

use self::store::PostgresQueue;
use super::stored::OnQueue;

/// Keeps each event in the application's PostgreSQL database until all its subscribers have handled it: `publish` returns
/// when it is committed there.
///
/// Any number of processes on any number of machines share it. What they publish while one commit is under way shares the
/// next one. Leases, tokens and times are the server's. With the database of `db`, an event that `tx.publish` kept becomes
/// its deliveries in one transaction. Each delivery happens at least once.
#[derive(Debug, Clone, Copy)]
pub struct InPostgres;

impl Keeps<Priority> for InPostgres {}
impl Keeps<CrashSafe> for InPostgres {}
impl Keeps<Broadcast> for InPostgres {}

/// What it reads from the environment, beside `PG_URL` and `PG_POOLER` of the tool `db`.
///
/// ```
/// use microcore_runtime::settings::{Environment, Settings as _};
/// use microcore_tools::bus::InPostgresSettings;
///
/// let settings = InPostgresSettings::load(&Environment::of([("BUS_LEASE", "10s")]))?;
/// // So long after the death of a process others take what it held; the database is that of `PG_URL`.
/// assert_eq!((settings.lease.as_secs(), settings.url.expose().as_str()), (10, ""));
/// # Ok::<(), microcore_runtime::error::Error>(())
/// ```
#[derive(Debug, Clone, microcore_macros::Settings)]
#[non_exhaustive]
pub struct InPostgresSettings {
    /// The database that keeps the events, where it is not that of `PG_URL`; it may hold a password.
    #[setting(key = "BUS_URL", default = "")]
    pub url: Secret<String>,
    /// Handlers per subscriber and process that run at once.
    #[setting(key = "BUS_CONCURRENCY", default = "64", within = "1..=100000")]
    pub concurrency: usize,
    /// How long a process may give no sign of life before others take over what it holds.
    #[setting(key = "BUS_LEASE", default = "30s", within = "100ms..=1d")]
    pub lease: Duration,
    /// How often it is looked for what no notification told of; behind a pooler of transactions there are none.
    #[setting(key = "BUS_POLL", default = "1s", within = "5ms..=1h")]
    pub poll: Duration,
    /// Deliveries in a row that fail for good before their subscriber is paused; 0 never pauses.
    #[setting(key = "BUS_PAUSE_AFTER", default = "5")]
    pub pause_after: u32,
    /// The first pause of a failing subscriber; it doubles, up to five minutes.
    #[setting(key = "BUS_PAUSE", default = "30s", within = "1ms..=1d")]
    pub pause: Duration,
}

impl crate::sealed::Sealed for InPostgres {}

impl OnQueue for InPostgres {
    type Settings = InPostgresSettings;
    type Queue = PostgresQueue;
    const IN_THE_DATABASE: bool = true;
    const DOC: &'static str =
        "Events, from one plugin to all that subscribe, kept in the application's database until they are handled.";

    fn limits(settings: &InPostgresSettings) -> Limits {
        Limits {
            concurrency: settings.concurrency.max(1),
            pause_after: settings.pause_after,
            pause: settings.pause,
            ..Limits::default()
        }
    }

    async fn open(settings: InPostgresSettings, boot: &Boot) -> Result<Self::Queue> {
        PostgresQueue::open(settings, boot).await
    }
}
