//! PostgreSQL over its own protocol: a pool of connections, each statement prepared once per connection.
//!
//! In: the contract's calls. Out: messages to the server, one connection per call or transaction.

mod address;
mod connection;
mod error;
mod migrator;
mod open;
mod outbox;
#[cfg(not(feature = "postgres-tls"))]
mod plain;
mod pool;
mod prepared;
mod returned;
mod session;
mod settings;
mod stale;
mod statement;
mod tables;
mod test_database;
#[cfg(feature = "postgres-tls")]
mod tls;
mod value;
mod verdict;

use std::path::PathBuf;

use microcore_runtime::database::{MigrationState, Progress, Verdict};
use microcore_runtime::lifecycle::Boot;
use microcore_runtime::manifest::{Migration, TableFacts};

pub use self::open::OpenConnection;
#[cfg(not(feature = "postgres-tls"))]
pub(crate) use self::plain::Tls;
pub use self::pool::PostgresPool;
pub use self::settings::{Isolation, Pooler, PostgresSettings};
#[cfg(feature = "postgres-tls")]
pub(crate) use self::tls::Tls;
use crate::db::backend::Result;
use crate::db::{Backend, DbError};

/// The engine PostgreSQL: `Database<Postgres>`.
#[derive(Debug, Clone, Copy)]
pub struct Postgres;

impl crate::sealed::Sealed for Postgres {}

impl Backend for Postgres {
    type Settings = PostgresSettings;
    type Pool = PostgresPool;

    const DOC: &'static str = "SQL on a PostgreSQL server.";
    const CLOCK: &'static str = "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)";

    async fn open(settings: PostgresSettings, boot: &Boot) -> Result<PostgresPool> {
        // In a box: whoever boots should not carry the state of every way to talk to a server.
        Box::pin(open(settings, boot)).await
    }

    async fn attach(settings: PostgresSettings) -> Result<PostgresPool> {
        PostgresPool::open(settings, None).await
    }

    async fn migrate(settings: PostgresSettings, boot: &Boot, progress: Progress) -> Result<Vec<String>> {
        let names = migrator::migrate(&settings, boot.manifest.migrations, progress).await?;
        outbox::make(&settings, boot.manifest).await?;
        Ok(names)
    }

    async fn status(settings: PostgresSettings, boot: &Boot) -> Result<Vec<(String, MigrationState)>> {
        migrator::status(&settings, boot.manifest.migrations).await
    }

    async fn schema(settings: PostgresSettings) -> Result<Vec<TableFacts>> {
        tables::live(&PostgresPool::open(settings, None).await?).await
    }

    async fn prepare(settings: PostgresSettings, statements: Vec<&'static str>) -> Result<Vec<Verdict>> {
        verdict::of(&settings.server().connect().await?, &statements).await
    }

    async fn backup(_: PostgresSettings, _: PathBuf) -> Result<()> {
        Err(DbError::usage("a PostgreSQL database is backed up with the server's own tools: run `pg_dump`"))
    }

    async fn inspect(settings: PostgresSettings) -> Result<Vec<String>> {
        tables::damages(&PostgresPool::open(settings, None).await?).await
    }

    async fn describe(pool: &PostgresPool) -> Result<Vec<TableFacts>> {
        tables::live(pool).await
    }

    fn tables(migrations: &[Migration]) -> Result<Vec<TableFacts>> {
        tables::tables(migrations)
    }
}

async fn open(settings: PostgresSettings, boot: &Boot) -> Result<PostgresPool> {
    // A test starts from its own, new, migrated database on the same server.
    let (settings, own) = if boot.test {
        let (settings, own) = test_database::TestDatabase::make(settings).await?;
        (settings, Some(own))
    } else {
        (settings, None)
    };
    if settings.auto_migrate || boot.test {
        migrator::migrate(&settings, boot.manifest.migrations, Progress::default()).await?;
        outbox::make_if_allowed(&settings, boot.manifest).await?;
    } else {
        migrator::verify(&settings, boot.manifest.migrations).await?;
    }
    PostgresPool::open(settings, own).await
}
