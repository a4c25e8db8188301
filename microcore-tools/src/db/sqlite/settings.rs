//! What the SQLite backend reads from the environment.

use std::path::PathBuf;
use std::time::Duration;

use microcore_runtime::settings::{Environment, FromSetting, Key, Problems, Settings};

/// When SQLite waits for the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Synchronous {
    /// At every commit: what is acknowledged survives a power cut.
    Full,
    /// At checkpoints: a power cut may take the last commits, never the database.
    Normal,
    /// Never.
    Off,
}

impl Synchronous {
    /// The word in the PRAGMA.
    pub fn as_sql(self) -> &'static str {
        match self {
            Self::Full => "FULL",
            Self::Normal => "NORMAL",
            Self::Off => "OFF",
        }
    }
}

impl FromSetting for Synchronous {
    const EXPECTS: &'static str = "full, normal or off";

    fn from_setting(text: &str) -> Option<Self> {
        match text.trim().to_ascii_lowercase().as_str() {
            "full" => Some(Self::Full),
            "normal" => Some(Self::Normal),
            "off" => Some(Self::Off),
            _ => None,
        }
    }
}

/// The settings of `Database<Sqlite>`.
///
/// ```
/// use microcore_runtime::lifecycle::Boot;
/// use microcore_runtime::settings::{Environment, Settings as _};
/// use microcore_runtime::tool::Tool as _;
/// use microcore_tools::db::{Database, Sqlite};
/// use microcore_tools::db::sqlite::{SqliteSettings, Synchronous};
///
/// // A program beside the application opens the same database by the same settings.
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> microcore_runtime::error::Result<()> {
/// let environment = Environment::of([("DB_PATH", ":memory:"), ("DB_SYNCHRONOUS", "normal")]);
/// let settings = SqliteSettings::load(&environment)?;
/// assert_eq!(settings.synchronous, Synchronous::Normal);
/// let db = Database::<Sqlite>::setup(settings, &Boot::new(environment)).await?;
/// let sum: i64 = db.query_scalar("SELECT $1 + $2", (3, 4)).await?;
/// assert_eq!(sum, 7);
/// # Ok(()) }
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SqliteSettings {
    /// File of the database; `:memory:` for one that lasts as long as the process.
    pub path: PathBuf,
    /// When a commit waits for the disk: full, normal or off.
    pub synchronous: Synchronous,
    /// Whether pending migrations are applied at boot.
    pub auto_migrate: bool,
    /// How many long reads run at once; short ones run on the thread that calls.
    pub readers: usize,
    /// How many writes may wait in the queue; past it a call waits to be let in.
    pub queue: usize,
    /// How long a call waits for its turn or for a free connection.
    pub wait: Duration,
    /// How long a statement waits for another process's lock.
    pub busy_timeout: Duration,
    /// How long a statement may run; zero for as long as it takes.
    pub statement_timeout: Duration,
    /// How long a transaction of several calls may take; zero for as long as it takes.
    pub transaction_timeout: Duration,
}

impl SqliteSettings {
    pub(crate) fn for_test(self) -> Self {
        Self { path: PathBuf::from(":memory:"), synchronous: Synchronous::Off, ..self }
    }
}

const fn key(name: &'static str, doc: &'static str, expects: &'static str, default: &'static str) -> Key {
    Key { name, doc, expects, default: Some(default), required: false, secret: false, within: None }
}

const PATH: Key = key("DB_PATH", "File of the SQLite database.", PathBuf::EXPECTS, "app.db");
const SYNCHRONOUS: Key = key("DB_SYNCHRONOUS", "When a commit waits for the disk.", Synchronous::EXPECTS, "full");
const AUTO_MIGRATE: Key =
    key("DB_AUTO_MIGRATE", "Whether pending migrations are applied at boot.", bool::EXPECTS, "true");
const READERS: Key = key("DB_READERS", "How many long reads run at once.", usize::EXPECTS, "4").within("1", "1024");
const QUEUE: Key =
    key("DB_QUEUE", "How many writes may wait in the queue.", usize::EXPECTS, "1024").within("1", "1000000");
const WAIT: Key = key("DB_WAIT", "How long a call waits for its turn.", Duration::EXPECTS, "5s").within("1ms", "1d");
const BUSY_TIMEOUT: Key =
    key("DB_BUSY_TIMEOUT", "How long a statement waits for another process's lock.", Duration::EXPECTS, "5s")
        .within("0s", "1d");
const STATEMENT_TIMEOUT: Key =
    key("DB_STATEMENT_TIMEOUT", "How long a statement may run.", Duration::EXPECTS, "30s").within("0s", "24d");
const TRANSACTION_TIMEOUT: Key =
    key("DB_TRANSACTION_TIMEOUT", "How long a transaction may take.", Duration::EXPECTS, "1m").within("0s", "24d");

impl Settings for SqliteSettings {
    const KEYS: &'static [Key] =
        &[PATH, SYNCHRONOUS, AUTO_MIGRATE, READERS, QUEUE, WAIT, BUSY_TIMEOUT, STATEMENT_TIMEOUT, TRANSACTION_TIMEOUT];

    fn read(environment: &Environment, problems: &mut Problems) -> Option<Self> {
        // Every key is read before the first `?`, so that all problems are reported at once.
        let path = problems.read(environment, &PATH);
        let synchronous = problems.read(environment, &SYNCHRONOUS);
        let auto_migrate = problems.read(environment, &AUTO_MIGRATE);
        let readers = problems.read(environment, &READERS);
        let queue = problems.read(environment, &QUEUE);
        let wait = problems.read(environment, &WAIT);
        let busy_timeout = problems.read(environment, &BUSY_TIMEOUT);
        let statement_timeout = problems.read(environment, &STATEMENT_TIMEOUT);
        let transaction_timeout = problems.read(environment, &TRANSACTION_TIMEOUT);
        Some(Self {
            path: path?,
            synchronous: synchronous?,
            auto_migrate: auto_migrate?,
            readers: readers?,
            queue: queue?,
            wait: wait?,
            busy_timeout: busy_timeout?,
            statement_timeout: statement_timeout?,
            transaction_timeout: transaction_timeout?,
        })
    }
}
