//! What the PostgreSQL backend reads from the environment.

use std::time::Duration;

use microcore_runtime::settings::{Environment, FromSetting, Key, Problems, Secret, Settings};
use tokio_postgres::Config;

use crate::db::postgres::connection::Server;
use crate::postgres::{Address, Pooler, Tls};

/// What a transaction sees of others that run at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Isolation {
    /// As if one ran after the other; where that can't be, one of them fails as busy. What SQLite does.
    Serializable,
    /// One state of the database from its first to its last statement; a row that was changed meanwhile fails as busy.
    RepeatableRead,
    /// Each statement sees what was committed before it: what is read may be old when it is written back.
    ReadCommitted,
}

impl Isolation {
    /// The words in BEGIN.
    pub fn as_sql(self) -> &'static str {
        match self {
            Self::Serializable => "SERIALIZABLE",
            Self::RepeatableRead => "REPEATABLE READ",
            Self::ReadCommitted => "READ COMMITTED",
        }
    }
}

impl FromSetting for Isolation {
    const EXPECTS: &'static str = "serializable, repeatable_read or read_committed";

    fn from_setting(text: &str) -> Option<Self> {
        match text.trim().to_ascii_lowercase().as_str() {
            "serializable" => Some(Self::Serializable),
            "repeatable_read" => Some(Self::RepeatableRead),
            "read_committed" => Some(Self::ReadCommitted),
            _ => None,
        }
    }
}

/// The settings of `Database<Postgres>`.
///
/// ```
/// use microcore_runtime::settings::{Environment, Settings as _};
/// use microcore_tools::db::postgres::{Isolation, Pooler, PostgresSettings};
///
/// let environment = Environment::of([
///     ("PG_URL", "postgres://shop@localhost/shop"),
///     ("PG_ISOLATION", "read_committed"),
///     ("PG_POOLER", "transaction"),
/// ]);
/// let settings = PostgresSettings::load(&environment)?;
/// assert_eq!((settings.isolation, settings.pooler), (Isolation::ReadCommitted, Pooler::Transaction));
/// # Ok::<(), microcore_runtime::error::Error>(())
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct PostgresSettings {
    /// Where the database is and who asks; it may hold a password.
    pub url: Secret<String>,
    /// What stands in front of the server.
    pub pooler: Pooler,
    /// The URL, read.
    pub(crate) address: Address,
    /// How the way to the server is secured.
    pub(crate) tls: Tls,
    /// Another database than the URL's, on the same server.
    pub(crate) database: Option<String>,
    /// How many connections there may be.
    pub connections: usize,
    /// What transactions see of each other.
    pub isolation: Isolation,
    /// Whether pending migrations are applied at boot.
    pub auto_migrate: bool,
    /// How long a call waits for a free connection.
    pub wait: Duration,
    /// How long a connection may take to be made.
    pub connect_timeout: Duration,
    /// How long a statement may run.
    pub statement_timeout: Duration,
    /// How long a transaction of several calls may take; zero for as long as it takes.
    pub transaction_timeout: Duration,
}

impl PostgresSettings {
    /// What each transaction begins with, and a call by itself behind a pooler of transactions.
    pub(crate) fn begin(&self, isolation: Option<Isolation>) -> String {
        let begin =
            isolation.map_or("BEGIN".to_owned(), |isolation| format!("BEGIN ISOLATION LEVEL {}", isolation.as_sql()));
        // Behind such a pooler the next transaction may be on a connection that knows nothing of ours.
        match self.pooler {
            Pooler::Transaction => {
                let timeout = self.statement_timeout.as_millis();
                format!("{begin}; SET LOCAL timezone = 'UTC'; SET LOCAL statement_timeout = {timeout}")
            }
            Pooler::None | Pooler::Session => begin,
        }
    }

    /// What every connection is opened with.
    pub(crate) fn server(&self) -> Server {
        let session = match self.pooler {
            Pooler::Session => {
                Some(format!("SET timezone = 'UTC'; SET statement_timeout = {}", self.statement_timeout.as_millis()))
            }
            Pooler::None | Pooler::Transaction => None,
        };
        Server { config: self.config(), tls: self.tls.clone(), session: session.map(Into::into) }
    }

    fn config(&self) -> Config {
        let mut config = self.address.config.clone();
        config.connect_timeout(self.connect_timeout);
        // Instants in a TIMESTAMP column are in UTC; `intervalstyle` and the like are left to the server. A pooler takes
        // no options.
        if self.pooler == Pooler::None {
            let ours = format!("-c timezone=UTC -c statement_timeout={}", self.statement_timeout.as_millis());
            let options = config.get_options().map_or(ours.clone(), |theirs| format!("{ours} {theirs}"));
            config.options(options);
        }
        if let Some(database) = &self.database {
            config.dbname(database);
        }
        if config.get_application_name().is_none() {
            config.application_name("microcore");
        }
        config
    }
}

const fn key(name: &'static str, doc: &'static str, expects: &'static str, default: &'static str) -> Key {
    Key { name, doc, expects, default: Some(default), required: false, secret: false, within: None }
}

const URL: Key = Key {
    name: "PG_URL",
    doc: "Where the PostgreSQL database is.",
    expects: "a URL such as postgres://user:password@host:5432/database",
    default: None,
    required: true,
    secret: true,
    within: None,
};
const CONNECTIONS: Key =
    key("PG_CONNECTIONS", "How many connections there may be.", usize::EXPECTS, "10").within("1", "10000");
const ISOLATION: Key = key("PG_ISOLATION", "What transactions see of each other.", Isolation::EXPECTS, "serializable");
const AUTO_MIGRATE: Key =
    key("DB_AUTO_MIGRATE", "Whether pending migrations are applied at boot.", bool::EXPECTS, "true");
const WAIT: Key =
    key("DB_WAIT", "How long a call waits for a free connection.", Duration::EXPECTS, "5s").within("1ms", "1d");
const CONNECT_TIMEOUT: Key =
    key("PG_CONNECT_TIMEOUT", "How long a connection may take to be made.", Duration::EXPECTS, "5s")
        .within("1ms", "1d");
const STATEMENT_TIMEOUT: Key =
    key("PG_STATEMENT_TIMEOUT", "How long a statement may run.", Duration::EXPECTS, "30s").within("0s", "24d");
const TRANSACTION_TIMEOUT: Key =
    key("DB_TRANSACTION_TIMEOUT", "How long a transaction may take.", Duration::EXPECTS, "1m").within("0s", "24d");

const POOLER: Key = key("PG_POOLER", "What stands in front of the server.", Pooler::EXPECTS, "none");

impl Settings for PostgresSettings {
    const KEYS: &'static [Key] = &[
        URL,
        CONNECTIONS,
        ISOLATION,
        AUTO_MIGRATE,
        WAIT,
        CONNECT_TIMEOUT,
        STATEMENT_TIMEOUT,
        TRANSACTION_TIMEOUT,
        POOLER,
    ];

    fn read(environment: &Environment, problems: &mut Problems) -> Option<Self> {
        // Every key is read before the first `?`, so that all problems are reported at once.
        let url = problems.read::<Secret<String>>(environment, &URL);
        let connections = problems.read(environment, &CONNECTIONS);
        let isolation = problems.read(environment, &ISOLATION);
        let auto_migrate = problems.read(environment, &AUTO_MIGRATE);
        let wait = problems.read(environment, &WAIT);
        let connect_timeout = problems.read(environment, &CONNECT_TIMEOUT);
        let statement_timeout = problems.read(environment, &STATEMENT_TIMEOUT);
        let transaction_timeout = problems.read(environment, &TRANSACTION_TIMEOUT);
        let pooler = problems.read(environment, &POOLER);
        let address = url.as_ref().map(|url| Address::parse(url.expose()).map_err(str::to_owned));
        let read = address?.and_then(|address| Ok((Tls::of(&address)?, address)));
        let (tls, address) = read.map_err(|said| problems.add(URL.name, said)).ok()?;
        Some(Self {
            url: url?,
            address,
            tls,
            database: None,
            connections: connections?,
            isolation: isolation?,
            auto_migrate: auto_migrate?,
            wait: wait?,
            connect_timeout: connect_timeout?,
            statement_timeout: statement_timeout?,
            transaction_timeout: transaction_timeout?,
            pooler: pooler?,
        })
    }
}
