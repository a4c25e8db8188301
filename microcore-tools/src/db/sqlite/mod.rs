//! SQLite, compiled in: one writer that queues fairly, several readers that it never blocks (WAL).
//!
//! In: the contract's calls. Out: reads on the calling thread, long ones on the blocking pool, writes in groups on the
//! writer's thread.

mod budget;
mod call;
mod checkpoint;
mod connection;
mod error;
mod group;
mod known;
mod lease;
mod migrator;
mod outbox;
mod place;
mod pool;
mod readers;
mod settings;
mod statement;
mod stop;
mod tables;
mod typeless;
mod upkeep;
mod verdict;
mod way;
mod writer;

use std::path::PathBuf;

use microcore_runtime::database::{MigrationState, Progress, Verdict};
use microcore_runtime::lifecycle::Boot;
use microcore_runtime::manifest::{Migration, TableFacts};

pub use self::lease::OpenConnection;
pub use self::pool::SqlitePool;
pub use self::settings::{SqliteSettings, Synchronous};
use crate::db::backend::Result;
use crate::db::outbox::wanted;
use crate::db::{Backend, DbError};

/// The engine SQLite: `Database<Sqlite>`.
#[derive(Debug, Clone, Copy)]
pub struct Sqlite;

impl crate::sealed::Sealed for Sqlite {}

impl Backend for Sqlite {
    type Settings = SqliteSettings;
    type Pool = SqlitePool;

    const DOC: &'static str = "SQL on an embedded SQLite database.";
    const CLOCK: &'static str = "CAST(unixepoch('now', 'subsec') * 1000 AS INTEGER)";

    async fn open(settings: SqliteSettings, boot: &Boot) -> Result<SqlitePool> {
        // A test starts from its own, new, migrated database and need not survive a power cut.
        let settings = if boot.test { settings.for_test() } else { settings };
        let (migrates, migrations) = (settings.auto_migrate || boot.test, boot.manifest.migrations);
        let with_outbox = wanted(boot.manifest);
        let place = place::Place::of(&settings)?;
        connection::blocking({
            let (settings, place) = (settings.clone(), place.clone());
            move || {
                if !migrates {
                    return migrator::verify(&settings, &place, migrations);
                }
                migrator::migrate(&settings, &place, migrations, Progress::default())?;
                if with_outbox { outbox::make(&settings, &place) } else { Ok(()) }
            }
        })
        .await?;
        SqlitePool::open(settings, place).await
    }

    async fn attach(settings: SqliteSettings) -> Result<SqlitePool> {
        let place = place::Place::of(&settings)?;
        if !place.file().exists() {
            return Err(DbError::usage(format!("there is no database `{}`", place.file().display())));
        }
        SqlitePool::open(settings, place).await
    }

    async fn migrate(settings: SqliteSettings, boot: &Boot, progress: Progress) -> Result<Vec<String>> {
        let settings = if boot.test { settings.for_test() } else { settings };
        let (migrations, with_outbox) = (boot.manifest.migrations, wanted(boot.manifest));
        aside(settings, move |settings, place| {
            let names = migrator::migrate(settings, place, migrations, progress)?;
            if with_outbox {
                outbox::make(settings, place)?;
            }
            Ok(names)
        })
        .await
    }

    async fn status(settings: SqliteSettings, boot: &Boot) -> Result<Vec<(String, MigrationState)>> {
        let migrations = boot.manifest.migrations;
        aside(settings, |settings, place| migrator::status(settings, place, migrations)).await
    }

    async fn schema(settings: SqliteSettings) -> Result<Vec<TableFacts>> {
        aside(settings, |settings, place| tables::of(&upkeep::open(settings, place)?)).await
    }

    async fn prepare(settings: SqliteSettings, statements: Vec<&'static str>) -> Result<Vec<Verdict>> {
        aside(settings, move |settings, place| Ok(verdict::of(&upkeep::open(settings, place)?, &statements))).await
    }

    async fn backup(settings: SqliteSettings, file: PathBuf) -> Result<()> {
        aside(settings, move |settings, place| upkeep::backup(settings, place, &file)).await
    }

    async fn inspect(settings: SqliteSettings) -> Result<Vec<String>> {
        aside(settings, upkeep::inspect).await
    }

    async fn describe(pool: &SqlitePool) -> Result<Vec<TableFacts>> {
        tables::live(pool).await
    }

    fn tables(migrations: &[Migration]) -> Result<Vec<TableFacts>> {
        tables::tables(migrations)
    }
}

/// Blocking work on a database that nobody has opened here.
async fn aside<T: Send + 'static>(
    settings: SqliteSettings,
    work: impl FnOnce(&SqliteSettings, &place::Place) -> Result<T> + Send + 'static,
) -> Result<T> {
    let place = place::Place::of(&settings)?;
    connection::blocking(move || work(&settings, &place)).await
}
