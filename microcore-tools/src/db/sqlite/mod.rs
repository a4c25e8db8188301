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
mod inserted;
mod known;
mod lease;
mod migrator;
mod own_tables;
mod place;
mod pool;
mod program;
mod readers;
mod settings;
mod shape;
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
use microcore_runtime::manifest::{Manifest, Migration, TableFacts};

pub use self::lease::OpenConnection;
pub use self::pool::SqlitePool;
pub use self::settings::{SqliteSettings, Synchronous};
use crate::db::backend::Result;
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
    // Never a number twice: a run that ended is remembered by it.
    const NUMBERED: &'static str = "INTEGER PRIMARY KEY AUTOINCREMENT";
    // One writes at a time.
    const SKIP_LOCKED: &'static str = "";
    const WITH_WRITES: bool = false;

    async fn open(settings: SqliteSettings, boot: &Boot) -> Result<SqlitePool> {
        // A test starts from its own, new, migrated database and need not survive a power cut.
        let settings = if boot.test { settings.for_test() } else { settings };
        let (migrates, migrations) = (settings.auto_migrate || boot.test, Manifest::of(boot).migrations);
        let manifest = Manifest::of(boot);
        let place = place::Place::of(&settings)?;
        connection::blocking({
            let (settings, place) = (settings.clone(), place.clone());
            move || {
                if !migrates {
                    return migrator::verify(&settings, &place, migrations);
                }
                migrator::migrate(&settings, &place, migrations, Progress::default())?;
                own_tables::make(&settings, &place, manifest)
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
        let (migrations, manifest) = (Manifest::of(boot).migrations, Manifest::of(boot));
        aside(settings, move |settings, place| {
            let names = migrator::migrate(settings, place, migrations, progress)?;
            own_tables::make(settings, place, manifest)?;
            Ok(names)
        })
        .await
    }

    async fn status(settings: SqliteSettings, boot: &Boot) -> Result<Vec<(String, MigrationState)>> {
        let migrations = Manifest::of(boot).migrations;
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
